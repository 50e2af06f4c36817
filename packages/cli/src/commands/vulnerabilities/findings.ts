/** `fleetward findings list|show|why|decide|coverage`: vulnerabilities in what was released, and what could not be looked up. */
import { type Command, Option } from 'commander'
import { plain } from '../../plain.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { type OnProduct, onProduct, queryOf } from '../devices/device-choice.ts'
import { openServer } from '../server-options.ts'
import { type DecideOptions, decisionIn, withDecision } from './findings-decide.ts'
import { type ComponentPaths, whyLines } from './findings-why.ts'

interface Finding {
  readonly id: string
  readonly component: string
  readonly vulnerability: string
  readonly names: readonly string[]
  readonly summary: string
  readonly rating: string
  readonly score?: number
  readonly isExploited: boolean
  readonly epss?: number
  readonly firstSeenAt: number
  readonly endedAt?: number
  readonly answers: readonly { readonly version: string; readonly status?: string }[]
  readonly releases?: readonly {
    readonly version: string
    readonly componentVersion?: string
    readonly endedAt?: number
    readonly why: readonly { readonly record: string; readonly because: object }[]
  }[]
}

interface Coverage {
  readonly version: string
  readonly state: string
  readonly why?: string
  readonly isCurrent: boolean
  readonly coverage?: {
    readonly componentCount: number
    readonly lookedUpCount: number
    readonly notLookedUp: readonly {
      readonly name: string
      readonly version?: string
      readonly obstacles: readonly { readonly reason: string; readonly identifier: string }[]
    }[]
    readonly undecided: readonly {
      readonly name: string
      readonly vulnerability: string
      readonly reason: string
    }[]
  }
}

interface ListOptions extends OnProduct {
  readonly severity?: string
  readonly exploited?: boolean
  readonly release?: string
  readonly vulnerability?: string
  readonly ended?: boolean
}

const ON = '--product lumen-gateway-g1 --token-file token'
const SHOWN_MAX_COUNT = 50

export function addFindings(program: Command, { terminal, finish }: Surroundings): void {
  const findings = withExamples(
    program.command('findings').description('vulnerabilities in what was released'),
    `findings list --exploited ${ON}`,
    `findings coverage 1.4.2 ${ON}`,
  )
  const command = (words: string, description: string) =>
    onProduct(findings.command(words).description(description))

  const list = command('list', 'what is open, what is exploited first')
    .addOption(
      new Option('--severity <rating>', 'at least').choices([
        ...['critical', 'high', 'medium', 'low', 'none'],
      ]),
    )
    .option('--exploited', 'only what is known to be exploited')
    .option('--release <version>', 'only what is in this release')
    .option('--vulnerability <id>', 'only this one, by any of its names')
    .option('--ended', 'those that are over too')
    .action(async (options: ListOptions) => {
      const client = await openServer(options, terminal)
      const { severity, exploited, release, vulnerability, ended } = options
      const query = queryOf({
        ...{ limit: '500', severity, release, vulnerability },
        ...{ exploited: exploited ? 'true' : undefined, ended: ended ? 'true' : undefined },
      })
      const all = (await client.all(`${pathOf(options)}${query}`)) as Finding[]
      const lines =
        all.length === 0
          ? ['There is no finding like that, as far as there are feeds: fleetward feeds list']
          : all.map(lineOf)
      finish({ json: { findings: all }, lines })
    })
  withExamples(list, `findings list --severity high ${ON}`, `findings list --release 1.4.2 ${ON}`)

  const show = command('show <finding>', 'one of them: the releases it is in, and why').action(
    async (id: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      const path = `${pathOf(options)}/${encodeURIComponent(id)}`
      const finding = (await client.get(path)) as Finding
      const releases = (finding.releases ?? []).flatMap((one) => [
        `  ${one.version}: ${one.componentVersion ?? 'no version'}${one.endedAt ? ', over' : ''}`,
        ...one.why.map(({ record, because }) => `    ${record} ${plain(JSON.stringify(because))}`),
      ])
      const lines = [lineOf(finding), `  ${plain(finding.summary).slice(0, 500)}`, ...releases]
      finish({ json: finding, lines })
    },
  )
  withExamples(show, `findings show 01234567-89ab-4cde-8f01-23456789abcd ${ON}`)

  const why = command('why <finding>', 'by what way its component came into a release')
    .requiredOption('--release <version>', 'one that it is in')
    .action(async (id: string, options: OnProduct & { readonly release: string }) => {
      const client = await openServer(options, terminal)
      const path = `${pathOf(options)}/${encodeURIComponent(id)}/paths`
      const query = queryOf({ release: options.release })
      const found = (await client.get(`${path}${query}`)) as ComponentPaths
      finish({ json: found, lines: whyLines(found) })
    })
  withExamples(why, `findings why 01234567-89ab-4cde-8f01-23456789abcd --release 1.4.2 ${ON}`)

  const decide = withDecision(
    command('decide <finding>', 'say what it means; the latest word on a release counts'),
  ).action(async (id: string, options: DecideOptions) => {
    const client = await openServer(options, terminal)
    const path = `${pathOf(options)}/${encodeURIComponent(id)}`
    const finding = (await client.postOn(path, 'decide', decisionIn(options))) as Finding
    finish({ json: finding, lines: [lineOf(finding)] })
  })
  withExamples(
    decide,
    `findings decide 01234567-89ab-4cde-8f01-23456789abcd --status not_affected --justification vulnerable_code_not_in_execute_path ${ON}`,
    `findings decide 01234567-89ab-4cde-8f01-23456789abcd --status affected --action 'Install 1.4.3' ${ON}`,
  )

  const coverage = command(
    'coverage <version>',
    'what of a release could be looked up, and what could not; exit code 1 when it is not all',
  ).action(async (version: string, options: OnProduct) => {
    const client = await openServer(options, terminal)
    const product = encodeURIComponent(options.product)
    const path = `/products/${product}/releases/${encodeURIComponent(version)}/coverage`
    const found = (await client.get(path)) as Coverage
    finish({ json: found, lines: coverageLines(found), isNo: !isWhole(found) })
  })
  withExamples(coverage, `findings coverage 1.4.2 ${ON}`)
}

function pathOf({ product }: OnProduct): string {
  return `/products/${encodeURIComponent(product)}/findings`
}

function lineOf(finding: Finding): string {
  const { id, vulnerability, component, rating, score, isExploited, epss, endedAt, answers } =
    finding
  const words = [
    `${rating}${score === undefined ? '' : ` ${score}`}`,
    ...(isExploited ? ['EXPLOITED'] : []),
    ...(epss === undefined ? [] : [`EPSS ${(epss * 100).toFixed(1)} %`]),
    ...(endedAt === undefined ? [] : ['over']),
    ...answers.map(({ version, status }) => `${version} ${status ?? 'unanswered'}`),
  ]
  return `${plain(vulnerability).padEnd(20)} ${plain(component)}  ${words.join(', ')}  ${id}`
}

function isWhole({ isCurrent, coverage }: Coverage): boolean {
  if (coverage === undefined || !isCurrent) return false
  return coverage.lookedUpCount === coverage.componentCount && coverage.undecided.length === 0
}

function coverageLines({ version, state, why, isCurrent, coverage }: Coverage): string[] {
  if (coverage === undefined) return [`${version}: ${state}${why === undefined ? '' : `, ${why}`}`]
  const { componentCount, lookedUpCount, notLookedUp, undecided } = coverage
  return [
    `${version}: ${lookedUpCount} of ${componentCount} components looked up${isCurrent ? '' : ', with older feeds'}`,
    ...notLookedUp.slice(0, SHOWN_MAX_COUNT).map(({ name, version: of = '', obstacles }) => {
      const reasons = obstacles.map(({ reason, identifier }) => `${reason} ${identifier}`.trim())
      return `  ${plain(`${name} ${of}`.trim())}: ${plain(reasons.join(', '))}`
    }),
    ...undecided
      .slice(0, SHOWN_MAX_COUNT)
      .map(
        ({ name, vulnerability, reason }) =>
          `  ${plain(name)}: ${plain(vulnerability)} stays open, ${reason}`,
      ),
  ]
}
