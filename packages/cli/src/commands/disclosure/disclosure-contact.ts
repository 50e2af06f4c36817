/** `fleetward disclosure contact`: how people outside reach the manufacturer, and by when they are answered. */
import { type Command, InvalidArgumentError } from 'commander'
import { Refusal } from '../../refusal.ts'
import { readNamedFile, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { type Settings, settingsLines } from './disclosure-lines.ts'
import { eitherOr } from './either-or.ts'

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

const WITH_TOKEN = '--token-file token'
const DAY_HOURS = 24
const HOURS_MAX = 90 * DAY_HOURS
const DAYS_MAX = 365

export function addDisclosureContact(
  disclosure: Command,
  { terminal, finish }: Surroundings,
): void {
  const contact = withServer(
    disclosure
      .command('contact')
      .description('how people outside reach you, and what security.txt says'),
  )
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
}

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
