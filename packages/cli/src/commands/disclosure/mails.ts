/** `fleetward mails …`: what the server tells by mail, whether it arrives, and what of it one wants. */
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

const WITH_TOKEN = '--token-file token'

interface Mail {
  readonly id: string
  readonly about: string
  readonly to: string
  readonly subject: string
  readonly state: string
  readonly addedAt: number
  readonly attempts: number
  readonly nextAt?: number
  readonly endedAt?: number
  readonly error?: string
}

interface Status {
  readonly isSetUp: boolean
  readonly from?: string
  readonly waiting: number
  readonly givenUp: number
  readonly subscriptions: number
  readonly unconfirmed: number
}

interface Topics {
  readonly address?: string
  readonly topics: readonly {
    readonly topic: string
    readonly isOn: boolean
    readonly isSwitchable: boolean
  }[]
}

export function addMails(program: Command, { terminal, finish }: Surroundings): void {
  const mails = withExamples(
    program.command('mails').description('what the server tells by mail'),
    `mails status ${WITH_TOKEN}`,
    `mails list --state given-up ${WITH_TOKEN}`,
    `mails test --to ada@example.com ${WITH_TOKEN}`,
  )
  const command = (words: string, description: string) =>
    withServer(mails.command(words).description(description))

  const status = command('status', 'whether mails go out, and how many wait').action(
    async (options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const found = (await client.get('/mails/status')) as Status
      finish({ json: found, lines: statusLines(found) })
    },
  )
  withExamples(status, `mails status ${WITH_TOKEN}`)

  const list = command('list', 'mails that wait or ended lately, the newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['waiting', 'sent', 'given-up']))
    .action(async (options: ServerOptions & { readonly state?: string }) => {
      const client = await openServer(options, terminal)
      const state = options.state === undefined ? '' : `&state=${options.state}`
      const found = (await client.all(`/mails?limit=500${state}`)) as Mail[]
      const lines = found.length === 0 ? ['There is no mail.'] : found.flatMap(mailLines)
      finish({ json: { mails: found }, lines })
    })
  withExamples(list, `mails list --state waiting ${WITH_TOKEN}`)

  const test = command('test', 'send a mail now and say what the mail server answered')
    .requiredOption('--to <address>', 'to whom')
    .action(async ({ to, ...options }: ServerOptions & { readonly to: string }) => {
      const client = await openServer(options, terminal)
      const { isSent, error } = (await client.post('/mails/test', { to })) as {
        readonly isSent: boolean
        readonly error?: string
      }
      if (isSent) return finish({ json: { isSent }, lines: [`The mail server took it for ${to}.`] })
      throw new Refusal('NOT_SENT', `The mail server did not take it: ${error ?? 'no reason'}`, {
        next: 'The words are explained in docs/operating/mail.md.',
        facts: { error: error ?? '' },
      })
    })
  withExamples(test, `mails test --to ada@example.com ${WITH_TOKEN}`)

  const topics = command('topics', 'what your own account is told by mail')
    .option('--off <topic>', 'switch it off, and all that are not named on; repeatable', repeated)
    .option('--all-on', 'switch all of them on')
    .action(
      async (
        options: ServerOptions & { readonly off?: readonly string[]; readonly allOn?: boolean },
      ) => {
        const { off, allOn } = options
        if (off !== undefined && allOn === true) {
          throw new Refusal('USAGE', '--off and --all-on exclude each other', {
            ...{ next: 'Give one of them.', usage: true },
          })
        }
        const client = await openServer(options, terminal)
        const isChange = off !== undefined || allOn === true
        const found = (await (isChange
          ? client.post('/me/mail-topics', { off: off ?? [] })
          : client.get('/me/mail-topics'))) as Topics
        finish({ json: found, lines: topicLines(found) })
      },
    )
  withExamples(
    topics,
    `mails topics ${WITH_TOKEN}`,
    `mails topics --off support-ending --off deadline-near ${WITH_TOKEN}`,
  )
}

function statusLines(status: Status): string[] {
  const { isSetUp, from, waiting, givenUp, subscriptions, unconfirmed } = status
  return [
    isSetUp
      ? `mails go out from ${from}`
      : 'No mail goes out: the settings file names no mail server (docs/operating/mail.md).',
    `waiting       ${waiting}`,
    `given up      ${givenUp}`,
    `subscriptions ${subscriptions}, and ${unconfirmed} not confirmed`,
  ]
}

function mailLines(mail: Mail): string[] {
  const { id, to, subject, state, addedAt, endedAt, attempts, error } = mail
  const when = moment(endedAt ?? addedAt)
  return [
    `${id} ${state} ${when}, ${attempts} attempts, to ${to}`,
    `  ${subject}${error === undefined ? '' : ` (${error})`}`,
  ]
}

function topicLines({ address, topics }: Topics): string[] {
  return [
    address === undefined
      ? 'Your login is no mail address: nothing is sent to you.'
      : `to ${address}`,
    ...topics.map(
      ({ topic, isOn, isSwitchable }) =>
        `${topic.padEnd(20)} ${isOn ? 'on' : 'off'}${isSwitchable ? '' : ', always'}`,
    ),
  ]
}

function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '')
}
