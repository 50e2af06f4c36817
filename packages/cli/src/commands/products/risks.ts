/** `fleetward risks list|show|add|change|remove|review|history|status`: what may go wrong with a product, and what is done about it. */
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import {
  readNamedFile,
  repeated,
  type Surroundings,
  wholeNumber,
  withExamples,
} from '../command-line.ts'
import { type OnProduct, onProduct } from '../devices/device-choice.ts'
import { openServer } from '../server-options.ts'
import { type Facts, objectIn } from './fact-paths.ts'

interface Risk {
  readonly id: string
  readonly level: string
  readonly residual: string
  readonly asset: string
  readonly threat: string
  readonly treatment: string
  readonly owner: string
}

interface Assessment {
  readonly version: number
  readonly at: number
  readonly reviewer: string
  readonly nextReviewOn: string
  readonly note: string
  readonly riskCount: number
  readonly isOverdue: boolean
  readonly risks?: readonly Risk[]
}

interface Status {
  readonly risks: number
  readonly high: number
  readonly highWithoutEvidence: readonly string[]
  readonly assessment?: number
  readonly nextReviewOn?: string
  readonly isOverdue: boolean
  readonly isChangedSince: boolean
}

const LEVELS = ['low', 'medium', 'high']
/** Flags that are texts, as the API names them. */
const TEXTS: readonly (readonly [flag: string, what: string])[] = [
  ['asset', 'what is at stake'],
  ['threat', 'what somebody might do'],
  ['vulnerability', 'what makes it possible'],
  ['measure', 'how it is treated, or why it is accepted'],
  ['owner', 'who answers for it'],
]
const CHOICES: readonly (readonly [flag: string, choices: readonly string[]])[] = [
  ['actor', ['curious', 'criminal', 'insider', 'competitor', 'supplier', 'state', 'nobody']],
  [
    'stride',
    [
      ...['spoofing', 'tampering', 'repudiation', 'information-disclosure'],
      ...['denial-of-service', 'elevation-of-privilege'],
    ],
  ],
  ['likelihood', LEVELS],
  ['impact', LEVELS],
  ['safety-impact', ['none', ...LEVELS]],
  ['treatment', ['avoid', 'mitigate', 'transfer', 'accept']],
  ['residual', LEVELS],
  ['stage', ['planning', 'design', 'development', 'production', 'delivery', 'maintenance']],
]
const FIELDS = [
  ...['asset', 'threat', 'vulnerability', 'measure', 'owner', 'actor', 'stride', 'likelihood'],
  ...['impact', 'safetyImpact', 'treatment', 'residual', 'stage', 'evidence'],
] as const

type RiskOptions = OnProduct & {
  readonly [Field in (typeof FIELDS)[number]]?: string | readonly string[]
} & { readonly file?: string; readonly test?: readonly string[] }

export function addRisks(program: Command, { terminal, finish }: Surroundings): void {
  const risks = withExamples(
    program.command('risks').description('what may go wrong with a product, and what is done'),
    'risks status --product lumen-gateway-g1 --token-file token',
    'risks add firmware-rollback --file risk.json --product lumen-gateway-g1 --token-file token',
    "risks review --reviewer 'A. Licht' --next 2027-11-21 --product lumen-gateway-g1 --token-file token",
  )
  const command = (words: string, description: string) =>
    onProduct(risks.command(words).description(description))
  const show = (risk: Risk) => finish({ json: risk, lines: [lineOf(risk)] })

  const list = command('list', 'all of them').action(async (options: OnProduct) => {
    const client = await openServer(options, terminal)
    const all = (await client.all(`${pathOf(options)}?limit=500`)) as Risk[]
    const lines = all.length === 0 ? ['There is no risk.'] : all.map(lineOf)
    finish({ json: { risks: all }, lines })
  })
  withExamples(list, 'risks list --product lumen-gateway-g1 --token-file token')

  const one = command('show <risk>', 'one of them, in full').action(
    async (id: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      const risk = (await client.get(pathOf(options, id))) as Risk
      finish({ json: risk, lines: JSON.stringify(risk, null, 2).split('\n') })
    },
  )
  withExamples(one, 'risks show firmware-rollback --product lumen-gateway-g1 --token-file token')

  const add = withFields(command('add <risk>', 'add one; flags go over what is in the file'))
    .option('--file <file>', 'JSON: the risk, also as `risks show --json` prints it')
    .action(async (id: string, options: RiskOptions) => {
      const { file } = options
      const given = file === undefined ? {} : bare(objectIn(await readNamedFile(file), file))
      const client = await openServer(options, terminal)
      show((await client.post(pathOf(options), { ...given, ...fieldsIn(options), id })) as Risk)
    })
  withExamples(
    add,
    'risks add firmware-rollback --file risk.json --product lumen-gateway-g1 --token-file token',
    "risks add firmware-rollback --asset firmware --actor criminal --stride tampering --threat 'an old release is installed' --vulnerability 'old releases are signed too' --likelihood medium --impact high --safety-impact none --treatment mitigate --measure 'security counter' --residual low --owner 'A. Licht' --stage maintenance --test test/attacks/rollback --product lumen-gateway-g1 --token-file token",
  )

  const change = withFields(command('change <risk>', 'change what is given')).action(
    async (id: string, options: RiskOptions) => {
      const fields = fieldsIn(options)
      if (Object.keys(fields).length === 0) {
        throw new Refusal('USAGE', 'There is nothing to change', {
          next: 'Give what is to be changed: --residual low, for example.',
          usage: true,
        })
      }
      const client = await openServer(options, terminal)
      show((await client.change(pathOf(options, id), fields)) as Risk)
    },
  )
  withExamples(
    change,
    'risks change firmware-rollback --evidence https://lumen.example/pentest.pdf --product lumen-gateway-g1 --token-file token',
  )

  const remove = command('remove <risk>', 'take it away; reviews that saw it keep it').action(
    async (id: string, options: OnProduct) => {
      await (await openServer(options, terminal)).delete(pathOf(options, id), { isRevised: true })
      finish({ json: { removed: id }, lines: [`removed: ${id}`] })
    },
  )
  withExamples(
    remove,
    'risks remove firmware-rollback --product lumen-gateway-g1 --token-file token',
  )

  const review = command('review', 'write down that somebody reviewed the risks as they are')
    .requiredOption('--reviewer <name>', 'who reviewed them')
    .requiredOption('--next <day>', 'when they are to be reviewed again: 2027-11-21')
    .option('--note <text>', 'what came of it')
    .action(async (options: OnProduct & { reviewer: string; next: string; note?: string }) => {
      const client = await openServer(options, terminal)
      const { reviewer, next: nextReviewOn, note } = options
      const wanted = { reviewer, nextReviewOn, ...(note === undefined ? {} : { note }) }
      const kept = (await client.post(assessmentsPath(options), wanted)) as Assessment
      finish({ json: kept, lines: [headLine(kept)] })
    })
  withExamples(
    review,
    "risks review --reviewer 'A. Licht' --next 2027-11-21 --note 'new: the radio' --product lumen-gateway-g1 --token-file token",
  )

  const history = command('history', 'the reviews, the newest first; or one with its risks')
    .option('--version <number>', 'this one, with the risks as they were', wholeNumber)
    .action(async (options: OnProduct & { version?: number }) => {
      const client = await openServer(options, terminal)
      if (options.version !== undefined) {
        const path = `${assessmentsPath(options)}/${options.version}`
        const found = (await client.get(path)) as Assessment
        return finish({ json: found, lines: [headLine(found), ...(found.risks ?? []).map(lineOf)] })
      }
      const all = (await client.all(`${assessmentsPath(options)}?limit=500`)) as Assessment[]
      const lines = all.length === 0 ? ['Nobody has reviewed the risks.'] : all.map(headLine)
      finish({ json: { assessments: all }, lines })
    })
  withExamples(
    history,
    'risks history --product lumen-gateway-g1 --token-file token',
    'risks history --version 2 --product lumen-gateway-g1 --token-file token',
  )

  const status = command('status', 'what of them somebody has to see to').action(
    async (options: OnProduct) => {
      const client = await openServer(options, terminal)
      const path = `/products/${encodeURIComponent(options.product)}/risk-status`
      const found = (await client.get(path)) as Status
      finish({ json: found, lines: statusLines(found) })
    },
  )
  withExamples(status, 'risks status --product lumen-gateway-g1 --token-file token')
}

function withFields(command: Command): Command {
  for (const [flag, what] of TEXTS) command.option(`--${flag} <text>`, what)
  for (const [flag, choices] of CHOICES) {
    command.addOption(new Option(`--${flag} <word>`).choices([...choices]))
  }
  return command
    .option('--evidence <address>', 'a report or a decision; may be repeated', repeated)
    .option('--test <name>', 'that shows the measure works; may be repeated', repeated)
}

function fieldsIn(options: RiskOptions): Record<string, unknown> {
  const given = FIELDS.flatMap((field) =>
    options[field] === undefined ? [] : [[field, options[field]] as const],
  )
  const tests = options.test === undefined ? {} : { tests: options.test }
  return { ...Object.fromEntries(given), ...tests }
}

/** Without what the server adds when it shows a risk. */
function bare(given: Facts): Facts {
  const { level: _level, revision: _revision, changedAt: _at, changedBy: _by, ...risk } = given
  return risk
}

function pathOf({ product }: OnProduct, id?: string): string {
  const all = `/products/${encodeURIComponent(product)}/risks`
  return id === undefined ? all : `${all}/${encodeURIComponent(id)}`
}

const assessmentsPath = ({ product }: OnProduct) =>
  `/products/${encodeURIComponent(product)}/risk-assessments`

function lineOf({ id, level, residual, treatment, asset, threat, owner }: Risk): string {
  const what = `${asset}: ${threat}`.replaceAll('\n', ' ').slice(0, 120)
  return `${id.padEnd(24)} ${level}, ${treatment}, then ${residual} (${owner})  ${what}`
}

function headLine(assessment: Assessment): string {
  const { version, at, reviewer, nextReviewOn, isOverdue, riskCount, note } = assessment
  const when = new Date(at * 1000).toISOString().slice(0, 10)
  const next = `next ${nextReviewOn}${isOverdue ? ', overdue' : ''}`
  return `${String(version).padStart(4)}  ${when} ${reviewer}, ${riskCount} risks, ${next} ${note}`.trimEnd()
}

function statusLines(status: Status): string[] {
  const { risks, high, highWithoutEvidence, assessment, nextReviewOn } = status
  return [
    `${risks} risks, ${high} of them high`,
    ...highWithoutEvidence.map((id) => `${id}: high, and neither evidence nor a test`),
    assessment === undefined
      ? 'Nobody has reviewed them. Next: fleetward risks review --help'
      : `review ${assessment}, the next one on ${nextReviewOn}${status.isOverdue ? ': overdue' : ''}`,
    ...(status.isChangedSince && assessment !== undefined ? ['changed since the review'] : []),
  ]
}
