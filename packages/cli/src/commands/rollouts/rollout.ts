/** `fleetward rollout …`: offering a published release to a cohort, and taking it back. */
import { readFile } from 'node:fs/promises'
import { isVersion } from '@fleetward/shared'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import type { ApiClient } from '../../server/api-client.ts'
import { productOption, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { addApprovalRule } from './approval-rule.ts'
import { type Preview, previewLines } from './preview-lines.ts'
import { addRolloutCurve } from './rollout-curve.ts'
import { addDeadlines, newDeadline } from './rollout-deadline.ts'
import { addRolloutDevices } from './rollout-devices.ts'
import { addRolloutStop } from './rollout-stop.ts'

interface StartOptions extends ServerOptions {
  readonly product: string
  readonly release: string
  readonly cohort: string
  readonly share?: number
  readonly plan?: string
  readonly start: boolean
  readonly preview?: boolean
  readonly emergency?: string
  readonly deadline?: string
  readonly loosened?: string
  readonly apply: 'automatic' | 'ask'
  readonly spread?: number
  readonly summary?: string
  readonly severity?: string
  readonly advisory: readonly string[]
  readonly url?: string
}

interface Rollout {
  readonly id: string
  readonly release: string
  readonly cohort: string
  readonly state: string
  readonly share: number
  readonly groups?: readonly {
    readonly name: string
    readonly columns: Readonly<Record<string, number>>
  }[]
  readonly explanation?: { readonly sentence: string }
  readonly deadline?: { readonly sentence?: string }
  readonly progress?: {
    readonly byState: Readonly<Record<string, number>>
    readonly waitingFor: Readonly<Record<string, number>>
    readonly committed: number
    readonly failed: number
    readonly failureCodes: Readonly<Record<string, number>>
  }
}

const MOVES = {
  pause: 'stop offering it to more devices; those under way go on',
  resume: 'offer it again after a pause',
  withdraw: 'take the offer back for good; devices give up what they have not installed',
  retry: 'let devices on which it failed try again',
  'open-next-group': 'open the next group now, without waiting for the one before',
  approve: 'approve it; never possible for who created or changed it',
  seen: 'say that a second person has looked at an emergency rollout',
} as const

export function addRollout(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const rollout = withExamples(
    program.command('rollout').description('offer a published release to a cohort'),
    'rollout start --product lumen-gateway-g1 --release 1.4.3 --cohort field --token-file admin-token',
  )
  addStart(rollout, surroundings)
  for (const move of Object.keys(MOVES) as (keyof typeof MOVES)[]) {
    const command = onRollout(rollout, move, MOVES[move]).action(
      async (id: string, options: ServerOptions & { product: string }) => {
        const client = await openServer(options, terminal)
        const path = `/products/${options.product}/rollouts/${encodeURIComponent(id)}`
        const moved =
          move === 'approve' ? client.postOn(path, move) : client.post(`${path}/${move}`)
        finishWith((await moved) as Rollout)
      },
    )
    withExamples(
      command,
      `rollout ${move} --product lumen-gateway-g1 <id> --token-file admin-token`,
    )
  }

  const widen = onRollout(rollout, 'widen', 'offer it to a larger share of the cohort')
    .requiredOption(
      '--share <number>',
      'from now on, 0 to 1; never smaller than before',
      parseShare,
    )
    .action(async (id: string, options: ServerOptions & { product: string; share: number }) => {
      const client = await openServer(options, terminal)
      const path = `/products/${options.product}/rollouts/${encodeURIComponent(id)}`
      finishWith((await client.change(path, { share: options.share })) as Rollout)
    })
  withExamples(
    widen,
    'rollout widen --product lumen-gateway-g1 <id> --share 0.5 --token-file admin-token',
  )

  const status = withServer(
    rollout
      .command('status')
      .description('how far rollouts have come')
      .argument('[id]', 'one rollout; all of them when left away')
      .addOption(productOption()),
  ).action(async (id: string | undefined, options: ServerOptions & { product: string }) => {
    const rollouts = await findRollouts(await openServer(options, terminal), options.product, id)
    finish({ json: { rollouts }, lines: rollouts.flatMap(linesOf) })
  })
  withExamples(
    status,
    'rollout status --product lumen-gateway-g1 --token-file admin-token',
    'rollout status --product lumen-gateway-g1 <id> --token-file admin-token --json',
  )

  const begin = onRollout(rollout, 'begin', 'start one that was created with --no-start').action(
    async (id: string, options: ServerOptions & { product: string }) => {
      const client = await openServer(options, terminal)
      const path = `/products/${options.product}/rollouts/${encodeURIComponent(id)}/start`
      finishWith((await client.post(path)) as Rollout)
    },
  )
  withExamples(begin, 'rollout begin --product lumen-gateway-g1 <id> --token-file admin-token')
  addRolloutCurve(rollout, surroundings)
  addRolloutDevices(rollout, surroundings)
  addRolloutStop(rollout, surroundings, linesOf)
  addApprovalRule(rollout, surroundings)
  addDeadlines(rollout, surroundings)

  function finishWith(changed: Rollout): void {
    finish({ json: changed, lines: linesOf(changed) })
  }
}

function addStart(rollout: Command, { terminal, finish }: Surroundings): void {
  const start = withServer(
    rollout
      .command('start')
      .description('offer a published release to a share of a cohort')
      .addOption(productOption())
      .requiredOption('--release <version>', 'a published version', parseVersion)
      .requiredOption('--cohort <name>', 'which devices')
      .option(
        '--share <number>',
        'how much of the cohort, 0 to 1; all of it when left away',
        parseShare,
      )
      .option('--plan <file>', 'groups, pace, windows and thresholds as JSON (docs/rollouts.md)')
      .option('--no-start', 'create it, so that it can be previewed and started later')
      .option('--preview', 'say what it would do; nothing is created')
      .option('--emergency <reason>', 'a security release goes out without approval; recorded')
      .option('--deadline <time|none>', 'of a fix; without, what the policy of the product gives')
      .option('--loosened <reason>', 'why it may be later than that; kept and recorded')
      .addOption(
        new Option('--apply <how>', 'what a device does by itself; its owner has the last word')
          .choices(['automatic', 'ask'])
          .default('automatic'),
      )
      .option('--spread <seconds>', 'devices start at random within this time', parseSeconds)
      .option('--summary <text>', 'what owners are told, one sentence')
      .addOption(
        new Option('--severity <level>', 'how bad what it fixes is').choices([
          'none',
          'low',
          'medium',
          'high',
          'critical',
        ]),
      )
      .option('--advisory <id>', 'an advisory owners can look up, repeatable', repeated, [])
      .option('--url <https url>', 'where owners read more'),
  ).action(async (options: StartOptions) => {
    const client = await openServer(options, terminal)
    const { product, release, cohort, share, apply, spread, plan, emergency, loosened } = options
    const deadline = newDeadline(options.deadline)
    const wanted = {
      ...{ release, cohort, start: options.start },
      ...(share === undefined ? {} : { share }),
      ...(plan === undefined ? {} : { plan: await readPlan(plan) }),
      ...(emergency === undefined ? {} : { emergency: { reason: emergency } }),
      ...(loosened === undefined ? {} : { loosened: { reason: loosened } }),
      policy: {
        ...{ apply, ...(spread === undefined ? {} : { spread }) },
        ...(deadline === undefined ? {} : { deadline }),
      },
      ...noticeOf(options),
    }
    if (options.preview === true) {
      const seen = (await client.post(`/products/${product}/rollouts/preview`, wanted)) as Preview
      finish({ json: seen, lines: previewLines(seen) })
      return
    }
    const started = (await client.post(`/products/${product}/rollouts`, wanted)) as Rollout
    const query = `cohort=${encodeURIComponent(cohort)}&limit=1`
    const devices = (await client.get(`/products/${product}/devices?${query}`)) as unknown[]
    if (devices.length === 0) {
      terminal.note(
        `warning: no device is in the cohort ${cohort} yet. Devices that join it will be offered ${release}; if the name is wrong, withdraw the rollout.`,
      )
    }
    finish({
      json: started,
      lines: [
        ...linesOf(started),
        `Next: fleetward rollout status --product ${product} ${started.id}`,
      ],
    })
  })
  withExamples(
    start,
    'rollout start --product lumen-gateway-g1 --release 1.4.3 --cohort field --plan plan.json --no-start --token-file admin-token',
    'rollout start --product lumen-gateway-g1 --release 1.4.3 --cohort field --share 0.1 --summary "Closes a hole through which others could run commands" --severity high --token-file admin-token',
  )
}

async function readPlan(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Refusal(
      'PLAN_UNREADABLE',
      `The plan ${file} cannot be read: ${(error as Error).message}`,
      {
        next: 'Name a file with a plan in JSON; docs/rollouts.md has examples.',
        usage: true,
      },
    )
  }
}

/** Without words of their own, owners are told what the release notes say. */
function noticeOf({ summary, severity, advisory, url }: StartOptions): { notice?: object } {
  if (summary === undefined) {
    if (severity === undefined && url === undefined && advisory.length === 0) return {}
    throw new Refusal('SUMMARY_MISSING', '--severity, --advisory and --url come with a --summary', {
      next: 'Say in one sentence what owners are told.',
      usage: true,
    })
  }
  return {
    notice: {
      summary,
      advisories: advisory,
      ...(severity === undefined ? {} : { severity }),
      ...(url === undefined ? {} : { url }),
    },
  }
}

function onRollout(rollout: Command, name: string, description: string): Command {
  return withServer(
    rollout
      .command(name)
      .description(description)
      .argument('<id>', 'as `rollout start` printed it')
      .addOption(productOption()),
  )
}

async function findRollouts(
  client: ApiClient,
  product: string,
  id: string | undefined,
): Promise<Rollout[]> {
  const path = `/products/${product}/rollouts`
  const ids =
    id === undefined
      ? ((await client.all(`${path}?limit=500`)) as Rollout[]).map((rollout) => rollout.id)
      : [id]
  const rollouts: Rollout[] = []
  for (const one of ids) {
    rollouts.push((await client.get(`${path}/${encodeURIComponent(one)}`)) as Rollout)
  }
  return rollouts
}

function linesOf({
  id,
  release,
  cohort,
  state,
  share,
  progress,
  groups,
  explanation,
  deadline,
}: Rollout): string[] {
  const counts = (numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  const head = `${id}  ${release} → ${cohort}, ${Math.round(share * 10_000) / 100} %, ${state}`
  if (progress === undefined) return [head]
  return [
    head,
    ...(explanation === undefined ? [] : [`    ${explanation.sentence}`]),
    ...(deadline?.sentence === undefined ? [] : [`    ${deadline.sentence}`]),
    ...(groups ?? []).map(({ name, columns }) => `    group ${name}: ${counts(present(columns))}`),
    `    committed ${progress.committed}, failed ${progress.failed}`,
    ...(Object.keys(progress.byState).length > 0
      ? [`    states: ${counts(progress.byState)}`]
      : []),
    ...(Object.keys(progress.waitingFor).length > 0
      ? [`    waiting for: ${counts(progress.waitingFor)}`]
      : []),
    ...(Object.keys(progress.failureCodes).length > 0
      ? [`    failures: ${counts(progress.failureCodes)}`]
      : []),
  ]
}

function present(columns: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(columns).filter(([, count]) => count > 0))
}

function parseVersion(text: string): string {
  if (!isVersion(text)) throw new InvalidArgumentError('Write it as major.minor.patch.')
  return text
}

function parseShare(text: string): number {
  const share = Number(text)
  if (!/^\d(\.\d{1,6})?$/.test(text) || share > 1) {
    throw new InvalidArgumentError('It has to be a number from 0 to 1, for example 0.25.')
  }
  return share
}

function parseSeconds(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It has to be whole seconds.')
  return Number(text)
}
