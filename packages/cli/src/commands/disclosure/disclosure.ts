/** `fleetward disclosure …`: how people outside report vulnerabilities, and what becomes of what they report. */
import { type Command, InvalidArgumentError } from 'commander'
import { Refusal } from '../../refusal.ts'
import { readNamedFile, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import {
  lineOf,
  linesOf,
  type Report,
  type ReportInFull,
  type Settings,
  settingsLines,
} from './disclosure-lines.ts'

interface ContactOptions extends ServerOptions {
  readonly contact?: readonly string[]
  readonly organisation?: string
  readonly publicUrl?: string
  readonly policyUrl?: string
  readonly language?: readonly string[]
  readonly keyFile?: string
  readonly encryptionUrl?: string
  readonly acknowledgmentsUrl?: string
  readonly bounty?: boolean
  readonly acknowledge?: number
  readonly assess?: number
  readonly publish?: number
}
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
const DAY_HOURS = 24
const HOURS_MAX = 90 * DAY_HOURS
const DAYS_MAX = 365
const STATES =
  'received, acknowledged, confirmed, duplicate, invalid, fixing, fixed, published or closed'

export function addDisclosure(program: Command, { terminal, finish }: Surroundings): void {
  const disclosure = withExamples(
    program.command('disclosure').description('reports of vulnerabilities from outside'),
    `disclosure contact --contact security@example.com --organisation 'Lumen Works' ${WITH_TOKEN}`,
    `disclosure inbox ${WITH_TOKEN}`,
  )
  const command = (words: string, description: string) =>
    withServer(disclosure.command(words).description(description))
  const show = (report: ReportInFull) => finish({ json: report, lines: linesOf(report) })

  const contact = command('contact', 'how people outside reach you, and what security.txt says')
    .option(
      '--contact <uri>',
      "e-mail, https: or tel:; may be repeated, the best first; '' for none: nothing is public",
      repeated,
    )
    .option('--organisation <name>', 'who answers, as the pages call you')
    .option('--public-url <origin>', 'under which the public reaches the public listener')
    .option('--policy-url <url>', "a policy of yours elsewhere; '' for none")
    .option(
      '--language <tag>',
      "in which you read reports; may be repeated; '' for none in particular",
      repeated,
    )
    .option('--key-file <file>', "your OpenPGP public key, armored; it is published; '' for none")
    .option('--encryption-url <uri>', "where the key lies instead; '' for here")
    .option('--acknowledgments-url <url>', "where you thank people instead; '' for here")
    .option('--bounty', 'you pay rewards')
    .option('--no-bounty', 'you pay none')
    .option('--acknowledge <time>', 'when you confirm a report, 2h to 90d: 5d, 120h', hours)
    .option(
      '--assess <time>',
      'when you say what you make of it, up to 90d and not before you confirm: 14d',
      hours,
    )
    .option(
      '--publish <time>',
      'what reporters are asked to wait before they publish, 2d to 365d: 90d',
      days,
    )
    .action(async (options: ContactOptions) => {
      const client = await openServer(options, terminal)
      const change = await settingsIn(options)
      const path = '/disclosure/settings'
      const settings = (
        Object.keys(change).length === 0
          ? await client.get(path)
          : await client.change(path, change)
      ) as Settings
      finish({ json: settings, lines: settingsLines(settings) })
    })
  eitherOr(contact, 'bounty')
  withExamples(
    contact,
    `disclosure contact ${WITH_TOKEN}`,
    `disclosure contact --contact security@example.com --language en --language de --key-file key.asc ${WITH_TOKEN}`,
    `disclosure contact --acknowledge 3d --assess 10d --no-bounty ${WITH_TOKEN}`,
  )

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

function hours(text: string): number {
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? []
  const all = Number(count) * (unit === 'd' ? DAY_HOURS : 1)
  if (all >= 2 && all <= HOURS_MAX) return all
  throw new InvalidArgumentError('Write 2h to 90d, in whole hours or days: 120h, 5d.')
}

function days(text: string): number {
  const all = Number(/^(\d{1,3})d$/.exec(text)?.[1])
  if (all >= 2 && all <= DAYS_MAX) return all
  throw new InvalidArgumentError('Write 2d to 365d, in whole days: 90d.')
}

async function settingsIn(options: ContactOptions): Promise<Readonly<Record<string, unknown>>> {
  const { contact, language, keyFile, acknowledge, assess, publish, bounty } = options
  const { organisation, publicUrl, policyUrl, encryptionUrl, acknowledgmentsUrl } = options
  const publicKey =
    keyFile === undefined || keyFile === ''
      ? keyFile
      : new TextDecoder().decode(await readNamedFile(keyFile))
  const change = {
    ...{ organisation, publicUrl, policyUrl, encryptionUrl, acknowledgmentsUrl, bounty },
    contacts: listIn('--contact', contact)?.map(uriOf),
    ...{
      languages: listIn('--language', language),
      publicKey: publicKey?.replaceAll('\r\n', '\n'),
    },
    ...{ acknowledgeHours: acknowledge, assessHours: assess, publishDays: publish },
  }
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

function contradiction(message: string): Refusal {
  return new Refusal('USAGE', message, { next: 'See --help for what goes together.', usage: true })
}

/** Of a flag and its opposite commander takes the last one, and nobody would know. */
function eitherOr(command: Command, ...names: readonly string[]): void {
  for (const name of names) {
    const given = new Set<string>()
    for (const flag of [name, `no-${name}`]) {
      command.on(`option:${flag}`, () => {
        given.add(flag)
        if (given.size > 1) throw contradiction(`--${name} and --no-${name} exclude each other`)
      })
    }
  }
}

/** Nothing alone takes all of them away. */
function listIn(flag: string, given: readonly string[] | undefined): readonly string[] | undefined {
  if (given === undefined || !given.includes('')) return given
  if (given.length === 1) return []
  throw new Refusal('USAGE', `${flag} '' takes all away, and others are given`, {
    next: `Give ${flag} '' alone, or those that are to stay.`,
    usage: true,
  })
}

/** People write an address as it is. */
function uriOf(contact: string): string {
  return /^[^:/\s]+@[^:/\s]+$/.test(contact) ? `mailto:${contact}` : contact
}

async function textIn(words: string | undefined, { file }: AnswerOptions): Promise<string> {
  if ((words === undefined) === (file === undefined)) {
    throw new Refusal('USAGE', 'Give the text, or a file with it', {
      next: 'Write it behind the report, or name a file with --file.',
      usage: true,
    })
  }
  return words ?? new TextDecoder().decode(await readNamedFile(file ?? ''))
}
