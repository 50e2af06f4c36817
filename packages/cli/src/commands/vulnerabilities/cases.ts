/** `fleetward cases …`: what must be reported under Article 14, by when, and what was. */
import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import {
  momentSeconds,
  productOption,
  repeated,
  type Surroundings,
  versionWord,
  withExamples,
} from '../command-line.ts'
import { openServer, withServer } from '../server-options.ts'
import {
  type AddCaseAct,
  addCaseActs,
  type CaseFacts as Facts,
  CASE_ID as ID,
  type CaseOptions as Options,
  required,
  STAGE_WORDS,
  stageOf,
  WHEN,
} from './case-acts.ts'
import { type CaseInFull, type CaseSummary, caseLine, caseLines } from './case-lines.ts'
import { addCaseSuggestions } from './case-suggestions.ts'

const WITH_TOKEN = '--token-file token'
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

  const act: AddCaseAct = (words, description, examples, options, factsOf) => {
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

  const open = command('open', 'open a case of a vulnerability or an incident')
    .addOption(productOption())
    .addOption(required('--kind <kind>', 'what it is').choices(['vulnerability', 'incident']))
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

  addCaseActs(act, seconds)

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

function defined(value: Facts): Facts {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}
