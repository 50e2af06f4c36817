/** `fleetward products facts show|set|history|gaps`: a product as the law asks for it. */
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import {
  readNamedFile,
  repeated,
  type Surroundings,
  wholeNumber,
  withExamples,
} from '../command-line.ts'
import { moment } from '../moment.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { assigned, cleared, type Facts, isFacts, objectIn } from './fact-paths.ts'

interface FactsVersion {
  readonly version: number
  readonly at?: number
  readonly by?: string
  readonly facts: Facts
}

interface Gaps {
  readonly scope: string
  readonly mismatches: readonly {
    readonly fact: string
    readonly written: string
    readonly signed: string
  }[]
  readonly undecided: readonly string[]
  readonly sheets: readonly {
    readonly sheet: string
    readonly isComplete: boolean
    readonly items: readonly {
      readonly number: string
      readonly title: string
      readonly state: string
      readonly missing: readonly string[]
    }[]
  }[]
  readonly isComplete: boolean
  readonly isSupportOver?: boolean
}

interface SetOptions extends ServerOptions {
  readonly file?: string
  readonly fact?: readonly string[]
  readonly clear?: readonly string[]
  readonly role?: string
  readonly supportEnds?: string
  readonly memberState?: readonly string[]
}

const ROLES = ['manufacturer', 'steward', 'importer', 'distributor', 'none']

export function addProductFacts(products: Command, { terminal, finish }: Surroundings): void {
  const facts = withExamples(
    products.command('facts').description('a product as the law asks for it'),
    'products facts gaps lumen-gateway-g1 --token-file token',
    'products facts set lumen-gateway-g1 --file facts.json --token-file token',
  )
  const command = (words: string, description: string) =>
    withServer(facts.command(words).description(description).argument('<product>', 'its name'))
  const show = (version: FactsVersion) => finish({ json: version, lines: linesOf(version) })

  const one = command('show', 'what is written of it, now or in an earlier version')
    .option('--version <number>', 'as it was', wholeNumber)
    .action(async (product: string, options: ServerOptions & { version?: number }) => {
      const client = await openServer(options, terminal)
      const { version } = options
      const path = version === undefined ? '' : `/versions/${version}`
      show((await client.get(`${pathOf(product)}${path}`)) as FactsVersion)
    })
  withExamples(
    one,
    'products facts show lumen-gateway-g1 --json --token-file token',
    'products facts show lumen-gateway-g1 --version 2 --token-file token',
  )

  const set = command('set', 'write all facts from a file, or change single ones')
    .option(
      '--file <file>',
      'JSON, also as `show --json` prints it: all facts; those not in it are gone',
    )
    .option(
      '--fact <path=value>',
      'a path that gaps shows, and text or JSON; may be repeated: users=["owners"]',
      repeated,
    )
    .option('--clear <path>', 'take a fact away; may be repeated', repeated)
    .addOption(new Option('--role <role>', 'of whoever uses this server').choices(ROLES))
    .option(
      '--support-ends <month>',
      'the last month with security updates: 2034-12; the first time with --fact supportPeriod.starts=…, .reasoning=… and .expectedUseMonths=…',
    )
    .option('--member-state <code>', 'where it is available: DE; may be repeated', repeated)
    .action(async (product: string, options: SetOptions) => {
      const change = await changeIn(options)
      const client = await openServer(options, terminal)
      show(
        (await client.edit(pathOf(product), (before) =>
          change((before as FactsVersion).facts),
        )) as FactsVersion,
      )
    })
  withExamples(
    set,
    'products facts set lumen-gateway-g1 --file facts.json --token-file token',
    'products facts set lumen-gateway-g1 --role manufacturer --member-state AT --member-state DE --token-file token',
    "products facts set lumen-gateway-g1 --fact 'name=Lumen Gateway G1' --fact updatePolicy.automatic=true --token-file token",
    "products facts set lumen-gateway-g1 --fact 'notApplicable.sbomUrl=users do not get it' --clear sbomUrl --token-file token",
  )

  const history = command('history', 'every version, the newest first').action(
    async (product: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const all = (await client.all(`${pathOf(product)}/versions?limit=500`)) as FactsVersion[]
      const lines = all.map(({ version, at = 0, by = '', facts: written }) =>
        [String(version).padStart(4), moment(at), by, Object.keys(written).join(' ')].join('  '),
      )
      finish({
        json: { versions: all },
        lines: lines.length === 0 ? ['Nobody has written any.'] : lines,
      })
    },
  )
  withExamples(history, 'products facts history lumen-gateway-g1 --token-file token')

  const gaps = command('gaps', 'what the law asks for and nobody has written').action(
    async (product: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const found = (await client.get(`${pathOf(product)}/gaps`)) as Gaps
      finish({ json: found, lines: gapLines(found) })
    },
  )
  withExamples(gaps, 'products facts gaps lumen-gateway-g1 --token-file token')
}

const pathOf = (product: string) => `/products/${encodeURIComponent(product)}/facts`

async function changeIn(options: SetOptions): Promise<(before: Facts) => Facts> {
  const { file, fact = [], clear = [], role, supportEnds, memberState } = options
  const given = [
    ...(role === undefined ? [] : [`economicRole=${JSON.stringify(role)}`]),
    ...(supportEnds === undefined ? [] : [`supportPeriod.ends=${JSON.stringify(supportEnds)}`]),
    ...(memberState === undefined ? [] : [`memberStates=${JSON.stringify(memberState)}`]),
    ...fact,
  ]
  if (file === undefined && given.length === 0 && clear.length === 0) {
    throw new Refusal('USAGE', 'There is nothing to set', {
      next: 'Give --file, --fact, --clear, --role, --support-ends or --member-state.',
      usage: true,
    })
  }
  const paths = [...clear, ...given.map((assignment) => assignment.split('=', 1)[0] ?? '')]
  const twice = paths.find((path, index) => paths.indexOf(path) < index)
  if (twice !== undefined) {
    throw new Refusal('USAGE', `${twice} is given twice`, {
      next: 'Say once what it is to be.',
      usage: true,
    })
  }
  const whole = file === undefined ? undefined : bare(objectIn(await readNamedFile(file), file))
  return (before) => given.reduce(assigned, clear.reduce(cleared, whole ?? before))
}

/** What `show --json` prints has the facts in it: no fact is called so. */
function bare(given: Facts): Facts {
  return isFacts(given.facts) ? given.facts : given
}

function linesOf({ version, at, by, facts }: FactsVersion): string[] {
  if (version === 0) return ['Nobody has written any.', 'Next: fleetward products facts set --help']
  const head = `version ${version}${at === undefined ? '' : ` of ${moment(at)}`} by ${by ?? '?'}`
  return [head, ...JSON.stringify(facts, null, 2).split('\n')]
}

function gapLines(gaps: Gaps): string[] {
  const { scope, mismatches, undecided, sheets, isComplete, isSupportOver } = gaps
  return [
    `the law: ${scope}${isSupportOver === true ? '; support is over' : ''}`,
    ...mismatches.map(
      ({ fact, written, signed }) =>
        `${fact}: ${written} here, ${signed} in the signed factory settings, which devices show`,
    ),
    ...(undecided.length === 0 ? [] : [`undecided: ${undecided.join(', ')}`]),
    ...sheets.flatMap(({ sheet, isComplete: isFull, items }) => [
      `${sheet}: ${isFull ? 'complete' : 'not complete'}`,
      ...items
        .filter(({ state }) => state === 'empty')
        .map(({ number, title, missing }) => `  ${number}. ${title}: ${missing.join(', ')}`),
    ]),
    isComplete ? 'Nothing is missing.' : 'Next: fleetward products facts set --help',
  ]
}
