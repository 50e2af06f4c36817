/** `fleetward cases …`: what must be reported under Article 14, by when, and what was. */
import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import {
  momentSeconds,
  productOption,
  readNamedFile,
  repeated,
  type Surroundings,
  versionWord,
  wholeNumber,
  withExamples,
} from '../command-line.ts'
import { objectIn } from '../products/fact-paths.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { type CaseInFull, type CaseSummary, caseLine, caseLines } from './case-lines.ts'
import { addCaseSuggestions } from './case-suggestions.ts'

const ID = '0f3a5c7e9b1d2468'
const WITH_TOKEN = '--token-file token'
const STAGES: Readonly<Record<string, string>> = {
  'early-warning': 'earlyWarning',
  notification: 'notification',
  'final-report': 'finalReport',
}
const STAGE_WORDS = Object.keys(STAGES).join('|')
const TIMES: Readonly<Record<string, string>> = {
  aware: 'awareAt',
  measure: 'measureAvailableAt',
  occurred: 'occurredAt',
}
const WHEN = 'a time, a date or how long ago: 2026-11-21T22:10:00Z, 2h'

type Options = ServerOptions & { readonly at?: string } & Readonly<
    Record<string, string | boolean | number | readonly string[] | undefined>
  >
type Facts = Readonly<Record<string, unknown>>

export function addCases(program: Command, surroundings: Surroundings): void {
  const { terminal, finish, now } = surroundings
  const cases = withExamples(
    program.command('cases').description('reports under Article 14: cases, clocks and sheets'),
    `cases open --product lumen-gateway-g1 --kind vulnerability --title 'Command injection' --cve CVE-2021-21315 ${WITH_TOKEN}`,
    `cases exploited ${ID} --evidence 'Listed in KEV; seen in our honeypot' ${WITH_TOKEN}`,
    `cases aware ${ID} --since 2026-11-20T22:10:00Z --evidence 'Call of the security officer' ${WITH_TOKEN}`,
    `cases sheet ${ID} early-warning ${WITH_TOKEN}`,
  )
  const seconds = (text: unknown) =>
    typeof text === 'string' ? momentSeconds(text, now()) : undefined
  const command = (words: string, description: string) =>
    withServer(cases.command(words).description(description))
  const show = (one: CaseInFull) => finish({ json: one, lines: caseLines(one) })

  /** A command that records one event. */
  const act = (
    words: string,
    description: string,
    examples: readonly string[],
    options: readonly Option[],
    factsOf: (given: Options, words: readonly string[]) => Facts | Promise<Facts>,
  ) => {
    const one = command(words, description).option('--at <time>', 'of a drill: when it counts')
    for (const option of options) one.addOption(option)
    one.action(async (id: string, ...rest: readonly unknown[]) => {
      const given = rest.find((part) => typeof part === 'object') as Options
      const texts = rest.filter((part) => typeof part === 'string')
      const facts = defined({ ...(await factsOf(given, texts)), at: seconds(given.at) })
      const client = await openServer(given, terminal)
      show((await client.postOn(pathOf(id), 'events', facts)) as CaseInFull)
    })
    withExamples(one, ...examples.map((example) => `cases ${example} ${WITH_TOKEN}`))
  }
  const needed = (flags: string, what: string) => new Option(flags, what).makeOptionMandatory()
  const evidence = needed('--evidence <text>', 'what it rests on')
  const reason = needed('--reason <text>', 'why')

  const open = command('open', 'open a case of a vulnerability or an incident')
    .addOption(productOption())
    .addOption(needed('--kind <kind>', 'what it is').choices(['vulnerability', 'incident']))
    .requiredOption('--title <text>', 'what it is called')
    .option('--cve <id>', 'may be repeated', repeated)
    .option('--affected <version>', 'of the product; may be repeated', repeated)
    .option('--fixed-version <version>', 'the release that mends it', versionWord)
    .option('--zone <name>', "the CSIRT's time zone, for the end of a month", 'UTC')
    .option('--first-signal <time>', `when the first sign came, ${WHEN}`)
    .option('--drill', 'practise: nothing of it raises an alarm', false)
    .option('--at <time>', 'of a drill: its own time')
    .action(async (given: Options) => {
      const client = await openServer(given, terminal)
      const { product, kind, title, fixedVersion, zone, drill } = given
      const body = {
        ...{ product, kind, title, fixedVersion, zone, isDrill: drill, at: seconds(given.at) },
        ...{ cves: given.cve, versions: given.affected },
        firstSignalAt: seconds(given.firstSignal),
      }
      show((await client.post('/cases', defined(body))) as CaseInFull)
    })
  withExamples(
    open,
    `cases open --product lumen-gateway-g1 --kind vulnerability --title 'Command injection' --cve CVE-2021-21315 --affected 1.4.2 --zone Europe/Berlin ${WITH_TOKEN}`,
    `cases open --product lumen-gateway-g1 --kind incident --title 'Friday night' --drill --at 2026-11-20T22:00:00Z ${WITH_TOKEN}`,
  )

  const list = command('list', 'cases, the newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['open', 'closed']))
    .action(async (given: Options) => {
      const client = await openServer(given, terminal)
      const state = given.state === undefined ? '' : `&state=${given.state}`
      const found = (await client.all(`/cases?limit=500${state}`)) as CaseSummary[]
      const lines = found.length === 0 ? ['There is no case.'] : found.map(caseLine)
      finish({ json: { cases: found }, lines })
    })
  withExamples(list, `cases list ${WITH_TOKEN}`, `cases list --state open ${WITH_TOKEN}`)

  const one = command('show <case>', 'a case with its clocks and all that was recorded')
    .option('--at <time>', 'of a drill: as it looks at this time')
    .action(async (id: string, given: Options) => {
      const client = await openServer(given, terminal)
      const at = seconds(given.at)
      show((await client.get(`${pathOf(id)}${at === undefined ? '' : `?at=${at}`}`)) as CaseInFull)
    })
  withExamples(one, `cases show ${ID} ${WITH_TOKEN}`)

  act(
    'note <case> <text>',
    'note something',
    [`note ${ID} 'Asked the supplier'`],
    [],
    (_, [text]) => {
      return { type: 'noted', text }
    },
  )
  act(
    'exploited <case>',
    'a malicious actor exploited the vulnerability: reliable evidence',
    [`exploited ${ID} --evidence 'Listed in KEV; seen in our honeypot'`],
    [evidence, new Option('--since <time>', `when first, ${WHEN}`)],
    (given) => ({ type: 'exploitedMarked', evidence: given.evidence, since: seconds(given.since) }),
  )
  act(
    'severity <case> <question> <answer>',
    'answer whether an incident is severe: protectionAffected, protectionCapable, codeLed, codeCapable',
    [`severity ${ID} codeCapable yes --reason 'It is the update channel'`],
    [reason],
    (given, [question, answer]) => {
      return { type: 'severityAnswered', question, answer, reason: given.reason }
    },
  )
  act(
    'severe <case>',
    'the incident is severe, as the answers say',
    [`severe ${ID} --evidence 'Forged metadata in the update channel'`],
    [evidence, new Option('--since <time>', `when it happened, ${WHEN}`)],
    (given) => ({ type: 'severeMarked', evidence: given.evidence, since: seconds(given.since) }),
  )
  act(
    'take-back <case>',
    'it is not exploited, or not severe, after all',
    [`take-back ${ID} --reason 'The honeypot was misread'`],
    [reason],
    (given) => ({ type: 'markTakenBack', reason: given.reason }),
  )
  act(
    'aware <case>',
    'since when you are aware: the clocks count from it',
    [`aware ${ID} --since 2026-11-20T22:10:00Z --evidence 'Call of the security officer'`],
    [needed('--since <time>', WHEN), evidence],
    (given) => {
      return { type: 'awarenessSet', awareAt: seconds(given.since), evidence: given.evidence }
    },
  )
  act(
    'measure <case> <text>',
    'a corrective or mitigating measure is available',
    [`measure ${ID} 'Version 1.4.3 is offered' --available 2026-11-21T06:00:00Z`],
    [needed('--available <time>', `since when, ${WHEN}`)],
    (given, [measure]) => {
      return { type: 'measureAvailable', availableAt: seconds(given.available), measure }
    },
  )
  act(
    'scope <case>',
    'what is affected, and what mends it',
    [`scope ${ID} --affected 1.4.1 --affected 1.4.2 --fixed-version 1.4.3`],
    [
      new Option('--affected <version>', 'all that are; may be repeated').argParser(repeated),
      new Option('--cve <id>', 'all of them; may be repeated').argParser(repeated),
      new Option('--fixed-version <version>', 'the release').argParser(versionWord),
    ],
    ({ cve, affected, fixedVersion }) => {
      return { type: 'scopeSet', cves: cve, versions: affected, fixedVersion }
    },
  )
  act(
    'fill <case>',
    'write fields of the sheet; an empty text takes one back',
    [`fill ${ID} --set 'summary=Commands run as root'`, `fill ${ID} --file fields.json`],
    [
      new Option('--set <field=text>', 'may be repeated').argParser(repeated),
      new Option('--file <file>', 'JSON: fields by their names'),
    ],
    async (given) => ({ type: 'fieldsSet', values: await valuesIn(given) }),
  )
  act(
    `submit <case> <stage>`,
    `what a person put into ENISA's portal: ${STAGE_WORDS}, or intermediate with --request`,
    [
      `submit ${ID} early-warning --reference SRP-2026-0042 --time 2026-11-21T08:00:00Z`,
      `submit ${ID} notification --reference SRP-2026-0042 --time 10m --file submitted.json`,
      `submit ${ID} intermediate --request 1 --reference SRP-2026-0042 --time 5m`,
    ],
    [
      needed('--reference <text>', "the portal's"),
      needed('--time <time>', `when, ${WHEN}`),
      new Option('--includes-notification', 'the early warning held what the notification would'),
      new Option('--proof-sha256 <hex>', 'of a picture of the answer'),
      new Option('--request <number>', 'of the CSIRT, with intermediate').argParser(wholeNumber),
      new Option('--set <field=text>', 'as it was submitted; may be repeated').argParser(repeated),
      new Option('--file <file>', 'JSON: fields as they were submitted'),
    ],
    async (given, [stage = '']) => {
      const { reference, proofSha256, request, includesNotification } = given
      const claim = { submittedAt: seconds(given.time), reference, proofSha256 }
      if (stage === 'intermediate') {
        return { type: 'intermediateSubmitted', request: request ?? 1, ...claim }
      }
      const hasValues = given.set !== undefined || given.file !== undefined
      const values = hasValues ? await valuesIn(given) : undefined
      return { type: 'submitted', stage: stageOf(stage), ...claim, includesNotification, values }
    },
  )
  act(
    'requested <case>',
    'a CSIRT asks for an intermediate report',
    [`requested ${ID} --by BSI --due 2026-11-30T12:00:00Z`],
    [needed('--by <csirt>', 'who asks'), new Option('--due <time>', 'by when, if it says so')],
    (given) => {
      return { type: 'intermediateRequested', requestedBy: given.by, dueAt: seconds(given.due) }
    },
  )
  act(
    'correct <case> <what>',
    `mend a time or a submission: aware|measure|occurred|${STAGE_WORDS}; what was there stays`,
    [
      `correct ${ID} aware --to 2026-11-20T21:40:00Z --reason 'The call came earlier'`,
      `correct ${ID} early-warning --to 2026-11-21T08:02:00Z --reference SRP-2026-0043 --reason Typo`,
    ],
    [
      needed('--to <time>', WHEN),
      reason,
      new Option('--reference <text>', "the portal's, of a submission"),
    ],
    (given, [what = '']) => {
      const to = seconds(given.to)
      const of = TIMES[what]
      const correction =
        of === undefined
          ? { of: 'submission', stage: stageOf(what), submittedAt: to, reference: given.reference }
          : { of, to }
      return { type: 'corrected', correction, reason: given.reason }
    },
  )
  act(
    'tell <case> [text]',
    'users were told: what, how and whom (14(8))',
    [`tell ${ID} 'Install 1.4.3 today' --audience impacted --channel 'e-mail to customers'`],
    [
      needed('--audience <users>', 'whom').choices(['impacted', 'product', 'all']),
      needed('--channel <text>', 'how'),
      new Option('--file <file>', 'the text from a file'),
    ],
    async (given, [words]) => {
      const { audience, channel, file } = given
      const text = typeof file === 'string' ? await textOf(file) : words
      return { type: 'usersTold', audience, channel, text }
    },
  )
  act('close <case>', 'end it', [`close ${ID} --reason 'All is reported'`], [reason], (given) => {
    return { type: 'closed', reason: given.reason }
  })

  const sheet = command('sheet <case> <stage>', `what is copied into the portal: ${STAGE_WORDS}`)
    .option('--html <file>', 'as a page to print')
    .action(async (id: string, stage: string, given: Options) => {
      const client = await openServer(given, terminal)
      const path = `${pathOf(id)}/sheet?stage=${stageOf(stage)}`
      const found = (await client.get(path)) as { readonly text: string }
      if (typeof given.html === 'string') {
        const page = await client.open(`${path}&format=html`)
        await writeFile(
          given.html,
          await Array.fromAsync(page as AsyncIterable<Buffer>).then(Buffer.concat),
        )
      }
      finish({ json: found, lines: found.text.trimEnd().split('\n') })
    })
  withExamples(
    sheet,
    `cases sheet ${ID} early-warning ${WITH_TOKEN}`,
    `cases sheet ${ID} final-report --html sheet.html ${WITH_TOKEN}`,
  )
  addCaseSuggestions(cases, surroundings)
}

const pathOf = (id: string) => `/cases/${encodeURIComponent(id)}`

function stageOf(word: string): string {
  const stage = STAGES[word]
  if (stage !== undefined) return stage
  throw new Refusal('USAGE', `There is no stage ${JSON.stringify(word)}`, {
    next: `The stages are ${Object.keys(STAGES).join(', ')}.`,
    usage: true,
  })
}

async function textOf(file: string): Promise<string> {
  return new TextDecoder().decode(await readNamedFile(file))
}

async function valuesIn({ set, file }: Options): Promise<Facts> {
  const texts = Array.isArray(set) ? (set as readonly string[]) : []
  const pairs = texts.map((pair) => {
    const at = pair.indexOf('=')
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)] as const
    throw new Refusal('USAGE', `${JSON.stringify(pair)} names no field`, {
      next: 'Write it as summary=Commands run as root.',
      usage: true,
    })
  })
  const values = typeof file === 'string' ? objectIn(await readNamedFile(file), file) : {}
  return { ...values, ...Object.fromEntries(pairs) }
}

function defined(value: Facts): Facts {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}
