/** `fleetward rollout deadline|deadlines`: until when a fix has to be on devices. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { durationSeconds, productOption, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { onRollout } from './on-rollout.ts'

const GRADES = ['exploited', 'critical', 'high', 'medium', 'low'] as const

type Policy = Readonly<Record<(typeof GRADES)[number], number | null>>
type PolicyOptions = ServerOptions & { readonly product: string } & {
  readonly [Grade in (typeof GRADES)[number]]?: string
}
interface ChangeOptions extends ServerOptions {
  readonly product: string
  readonly to: string
  readonly reason?: string
}
interface Decided {
  readonly id: string
  readonly policy: { readonly deadline?: number }
}

export function addDeadlines(rollout: Command, { terminal, finish }: Surroundings): void {
  const change = onRollout(
    rollout,
    'deadline',
    'set another deadline; a later one than before or than the policy needs a reason',
  )
    .requiredOption('--to <time|none>', '2026-11-22T12:00:00Z')
    .option('--reason <text>', 'why it may be later; kept and recorded')
    .action(async (id: string, options: ChangeOptions) => {
      const client = await openServer(options, terminal)
      const { product, to, reason } = options
      const path = `/products/${product}/rollouts/${encodeURIComponent(id)}`
      const wanted = { deadline: newDeadline(to), ...(reason === undefined ? {} : { reason }) }
      const decided = (await client.postOn(path, 'deadline', wanted)) as Decided
      const { deadline } = decided.policy
      const says = deadline === undefined ? 'none' : new Date(deadline * 1000).toISOString()
      finish({ json: decided, lines: [`${decided.id}  deadline ${says}`] })
    })
  withExamples(
    change,
    'rollout deadline --product lumen-gateway-g1 <id> --to 2026-11-22T12:00:00Z --token-file admin-token',
    "rollout deadline --product lumen-gateway-g1 <id> --to none --reason 'The devices are in a mine until May' --token-file admin-token",
  )

  const policy = withServer(
    rollout
      .command('deadlines')
      .description(
        'show or set until when fixes have to be on devices, by how bad what they close is',
      )
      .addOption(productOption()),
  )
  for (const grade of GRADES) policy.option(`--${grade} <duration|none>`, 'for example 24h or 7d')
  policy.action(async (options: PolicyOptions) => {
    const client = await openServer(options, terminal)
    const path = `/products/${options.product}/deadlines`
    const before = (await client.get(path)) as Policy
    const given = GRADES.flatMap((grade) => {
      const text = options[grade]
      return text === undefined ? [] : [[grade, text === 'none' ? null : durationSeconds(text)]]
    })
    const wanted = { ...before, ...Object.fromEntries(given) }
    const now = given.length === 0 ? before : ((await client.post(path, wanted)) as Policy)
    finish({ json: now, lines: GRADES.map((grade) => `${grade}: ${hours(now[grade])}`) })
  })
  withExamples(
    policy,
    'rollout deadlines --product lumen-gateway-g1 --token-file admin-token',
    'rollout deadlines --product lumen-gateway-g1 --exploited 12h --medium 30d --token-file admin-token',
  )
}

/** A time, or `none`; seconds since 1970. */
export function newDeadline(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined
  if (text === 'none') return null
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (!Number.isNaN(ms) && ms >= 0) return Math.floor(ms / 1000)
  throw new Refusal('USAGE', `${JSON.stringify(text)} is no deadline`, {
    next: 'Write it as 2026-11-22T12:00:00Z, or none.',
    usage: true,
  })
}

function hours(seconds: number | null): string {
  if (seconds === null) return 'none by itself'
  return seconds % 86_400 === 0 ? `${seconds / 86_400} d` : `${Math.round(seconds / 360) / 10} h`
}
