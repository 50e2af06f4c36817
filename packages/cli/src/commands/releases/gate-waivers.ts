/** `fleetward gate waive|waivers|waive-end`: one reason of the gate, let through by a person until a day. */
import type { Command } from 'commander'
import { plain } from '../../plain.ts'
import { Refusal } from '../../refusal.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { type OnProduct, onProduct } from '../devices/device-choice.ts'
import { openServer } from '../server-options.ts'
import { gatePath } from './gate-words.ts'

interface Reason {
  readonly code: string
  readonly sentence: string
  readonly finding?: string
  readonly about?: string
}

interface Waiver extends Omit<Reason, 'sentence'> {
  readonly id: string
  readonly version: string
  readonly reason: string
  readonly name: string
  readonly until: number
  readonly isInForce: boolean
}

interface WaiveOptions extends OnProduct {
  readonly code: string
  readonly finding?: string
  readonly about?: string
  readonly reason: string
  readonly until: string
}

const ON = '--product lumen-gateway-g1 --token-file token'
const WAIVER = '01234567-89ab-4cde-8f01-23456789abcd'

export function addGateWaivers(gate: Command, { terminal, finish }: Surroundings): void {
  const waive = onProduct(
    gate.command('waive <version>').description('let one reason through, for this release'),
  )
    .requiredOption('--code <code>', 'of the reason, as `gate history` and `gate check` say it')
    .option('--finding <id>', 'where the reason names one')
    .option('--about <words>', 'where the reason names a feed, a kind of evidence, an SBOM')
    .requiredOption('--reason <text>', 'why it may go out in spite of it')
    .requiredOption('--until <day>', 'at most 90 days from now: 2027-02-01')
    .action(async (version: string, options: WaiveOptions) => {
      const client = await openServer(options, terminal)
      const until = secondsOf(options.until)
      const results = (await client.get(gatePath(options, version))) as {
        readonly reasons: readonly Reason[]
      }[]
      const { finding, about } = oneReason(results[0]?.reasons ?? [], options)
      const { code, reason } = options
      const wanted = { version, code, finding, about, reason, until }
      const waived = (await client.post(pathOf(options), wanted)) as Waiver
      finish({ json: waived, lines: [lineOf(waived)] })
    })
  withExamples(
    waive,
    `gate waive 1.4.3 --code UNANSWERED --reason "looked at by hand, no way in" --until 2026-12-24 ${ON}`,
  )

  const waivers = onProduct(
    gate.command('waivers').description('what was waived, the newest first'),
  )
    .option('--release <version>', 'for this release')
    .action(async (options: OnProduct & { readonly release?: string }) => {
      const client = await openServer(options, terminal)
      const { release } = options
      const query = release === undefined ? '' : `?version=${encodeURIComponent(release)}`
      const all = (await client.all(`${pathOf(options)}${query}`)) as Waiver[]
      const none = ['Nothing was waived.']
      finish({ json: { waivers: all }, lines: all.length === 0 ? none : all.map(lineOf) })
    })
  withExamples(waivers, `gate waivers --release 1.4.3 ${ON}`)

  const end = onProduct(
    gate.command('waive-end <waiver>').description('end a waiver before its time'),
  ).action(async (waiver: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const path = `${pathOf(options)}/${encodeURIComponent(waiver)}/end`
    const ended = (await client.post(path)) as Waiver
    finish({ json: ended, lines: [lineOf(ended)] })
  })
  withExamples(end, `gate waive-end ${WAIVER} ${ON}`)
}

/** What is left out is filled in where only one reason can be meant. */
function oneReason(
  reasons: readonly Reason[],
  { code, finding, about }: WaiveOptions,
): { readonly finding?: string; readonly about?: string } {
  const meant = reasons.filter(
    (reason) =>
      reason.code === code &&
      (finding === undefined || finding === reason.finding) &&
      (about === undefined || about === reason.about),
  )
  if (meant.length > 1) {
    throw new Refusal('USAGE', `The gate names ${meant.length} reasons of the code ${code}`, {
      next: 'Say which with --finding or --about; `gate check --json` has them.',
      usage: true,
    })
  }
  const [only] = meant
  const found = finding ?? only?.finding
  const what = about ?? only?.about
  return {
    ...(found === undefined ? {} : { finding: found }),
    ...(what === undefined ? {} : { about: what }),
  }
}

function pathOf({ product }: OnProduct): string {
  return `/products/${encodeURIComponent(product)}/gate-waivers`
}

function lineOf({ id, version, code, finding, about, name, until, ...more }: Waiver): string {
  const day = new Date(until * 1000).toISOString().slice(0, 10)
  const what = [code, finding, about].filter((one) => one !== undefined).join(' ')
  const state = more.isInForce ? '' : ' (over)'
  return plain(`${id} ${version} ${what}, by ${name} until ${day}${state}: ${more.reason}`)
}

/** At the beginning of that day, in UTC. */
function secondsOf(day: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) / 1000 : Number.NaN
  if (Number.isSafeInteger(at)) return at
  throw new Refusal('USAGE', `${day} is no day`, { next: 'Write it as 2027-02-01.', usage: true })
}
