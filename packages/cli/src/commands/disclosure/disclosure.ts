/** `fleetward disclosure …`: how people outside report vulnerabilities, and what becomes of what they report. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { readNamedFile, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { addDisclosureContact } from './disclosure-contact.ts'
import { lineOf, linesOf, type Report, type ReportInFull } from './disclosure-lines.ts'
import { contradiction, eitherOr } from './either-or.ts'

type MoveOptions = ServerOptions & { readonly duplicateOf?: string; readonly answer?: string }
type AnswerOptions = ServerOptions & { readonly file?: string; readonly note?: boolean }
type AssignOptions = ServerOptions & {
  readonly product?: string
  readonly to?: string
  readonly nobody?: boolean
  readonly embargo?: boolean
  readonly creditName?: string
}

const ID = '0f3a5c7e9b1d2468'
const WITH_TOKEN = '--token-file token'
const STATES =
  'received, acknowledged, confirmed, duplicate, invalid, fixing, fixed, published or closed'

export function addDisclosure(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const disclosure = withExamples(
    program.command('disclosure').description('reports of vulnerabilities from outside'),
    `disclosure contact --contact security@example.com --organisation 'Lumen Works' ${WITH_TOKEN}`,
    `disclosure inbox ${WITH_TOKEN}`,
  )
  const command = (words: string, description: string) =>
    withServer(disclosure.command(words).description(description))
  const show = (report: ReportInFull) => finish({ json: report, lines: linesOf(report) })

  addDisclosureContact(disclosure, surroundings)

  const inbox = command('inbox', 'reports that came, the newest first')
    .option('--state <state>', `only these: ${STATES}`)
    .action(async (options: ServerOptions & { readonly state?: string }) => {
      const client = await openServer(options, terminal)
      const query = new URLSearchParams({ limit: '500' })
      if (options.state !== undefined) query.set('state', options.state)
      const reports = (await client.all(`/disclosure/reports?${query}`)) as Report[]
      const lines = reports.length === 0 ? ['There is no report.'] : reports.map(lineOf)
      finish({ json: { reports }, lines })
    })
  withExamples(
    inbox,
    `disclosure inbox ${WITH_TOKEN}`,
    `disclosure inbox --state received ${WITH_TOKEN}`,
  )

  const one = command('show <report>', 'a report with all that was said').action(
    async (id: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      show((await client.get(pathOf(id))) as ReportInFull)
    },
  )
  withExamples(one, `disclosure show ${ID} ${WITH_TOKEN}`)

  const move = command('move <report> <state>', `bring a report to its next state: ${STATES}`)
    .option('--duplicate-of <report>', 'with state duplicate: the report that it repeats')
    .option('--answer <text>', 'tell the reporter something with it')
    .action(async (id: string, state: string, options: MoveOptions) => {
      const { duplicateOf, answer } = options
      if ((state === 'duplicate') !== (duplicateOf !== undefined)) {
        throw contradiction('A duplicate, and nothing else, names the report that it repeats')
      }
      const client = await openServer(options, terminal)
      show(
        (await client.post(`${pathOf(id)}/state`, { state, duplicateOf, answer })) as ReportInFull,
      )
    })
  withExamples(
    move,
    `disclosure move ${ID} acknowledged --answer 'Thank you. We look into it.' ${WITH_TOKEN}`,
    `disclosure move ${ID} duplicate --duplicate-of 1a2b3c4d5e6f7081 ${WITH_TOKEN}`,
  )

  const answer = command('answer <report> [text]', 'write to the reporter, or note something')
    .option('--file <file>', 'the text from a file')
    .option('--note', 'for colleagues alone')
    .action(async (id: string, words: string | undefined, options: AnswerOptions) => {
      const client = await openServer(options, terminal)
      const text = await textIn(words, options)
      const kind = options.note === true ? 'note' : 'answer'
      show((await client.post(`${pathOf(id)}/messages`, { kind, text })) as ReportInFull)
    })
  withExamples(
    answer,
    `disclosure answer ${ID} 'Which firmware does it show?' ${WITH_TOKEN}`,
    `disclosure answer ${ID} --note --file analysis.txt ${WITH_TOKEN}`,
  )

  const assign = command('assign <report>', 'give it to a product or to somebody, lift the embargo')
    .option('--product <name>', "whose people see it from then on; '' for none")
    .option('--to <account>', 'who takes care of it')
    .option('--nobody', 'nobody does any more')
    .option('--embargo', 'only who manages reports sees it')
    .option('--no-embargo', 'who may read reports sees it too')
    .option('--credit-name <name>', "under which the reporter is thanked; '' for not at all")
    .action(async (id: string, options: AssignOptions) => {
      const { product, to, nobody, embargo, creditName } = options
      if (nobody === true && to !== undefined)
        throw contradiction('--to and --nobody exclude each other')
      const assignee = nobody === true ? '' : to
      const change = { product, assignee, isEmbargoed: embargo, creditName }
      if (Object.values(change).every((value) => value === undefined)) {
        throw contradiction('There is nothing to change')
      }
      const client = await openServer(options, terminal)
      show((await client.change(pathOf(id), change)) as ReportInFull)
    })
  eitherOr(assign, 'embargo')
  withExamples(
    assign,
    `disclosure assign ${ID} --product lumen-gateway-g1 --to acc-4f0c2a91d37be865 ${WITH_TOKEN}`,
    `disclosure assign ${ID} --no-embargo ${WITH_TOKEN}`,
  )

  const remove = command(
    'remove <report>',
    'delete a report that is invalid, a duplicate or closed, with its reporter',
  ).action(async (id: string, options: ServerOptions) => {
    await (await openServer(options, terminal)).delete(pathOf(id), { isRevised: true })
    finish({ json: { removed: id }, lines: [`removed: ${id}`] })
  })
  withExamples(remove, `disclosure remove ${ID} ${WITH_TOKEN}`)
}

const pathOf = (id: string) => `/disclosure/reports/${encodeURIComponent(id)}`

async function textIn(words: string | undefined, { file }: AnswerOptions): Promise<string> {
  if ((words === undefined) === (file === undefined)) {
    throw new Refusal('USAGE', 'Give the text, or a file with it', {
      next: 'Write it behind the report, or name a file with --file.',
      usage: true,
    })
  }
  return words ?? new TextDecoder().decode(await readNamedFile(file ?? ''))
}
