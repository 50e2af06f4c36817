/** `fleetward webhooks …`: whom the server tells what happens. */
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import type { ApiClient } from '../../server/api-client.ts'
import { durationSeconds, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { moment } from '../moment.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { intoSecretFile } from '../trust/secret-file.ts'

interface Webhook {
  readonly id: string
  readonly url: string
  readonly description: string
  readonly types: readonly string[]
  readonly state: string
  readonly attempts: number
  readonly nextAt?: number
  readonly failingSince?: number
}

interface Delivery {
  readonly event: string
  readonly type: string
  readonly state: string
  readonly attempts: number
  readonly lastAt: number
  readonly status?: number
  readonly error?: string
}

type WhereOptions = ServerOptions & { readonly product?: string }
type AddOptions = WhereOptions & {
  type: readonly string[]
  description?: string
  secretOut: string
}
type ChangeOptions = WhereOptions & {
  readonly url?: string
  readonly type: readonly string[]
  readonly description?: string
  readonly enable?: boolean
  readonly fromNow?: boolean
  readonly disable?: boolean
}
type RotateOptions = WhereOptions & { secretOut: string; overlap: number }

const DAY_SECONDS = 86_400
const TYPE = 'a type or family: rollout.stopped, rollout.*, *; may be repeated'

export function addWebhooks(program: Command, { terminal, finish }: Surroundings): void {
  const webhooks = withExamples(
    program.command('webhooks').description('whom the server tells what happens'),
    "webhooks add https://example.com/fleet --type 'rollout.*' --type 'security.*' --secret-out hook-secret --token-file token",
    'webhooks list --token-file token',
  )
  const command = (words: string, description: string) =>
    withServer(
      webhooks
        .command(words)
        .description(description)
        .option('--product <name>', 'of this product; without it those above products'),
    )
  const show = (webhook: Webhook) => finish({ json: webhook, lines: linesOf(webhook) })

  const list = command('list', 'all of them').action(async (options: WhereOptions) => {
    const client = await openServer(options, terminal)
    const all = (await client.all(pathOf(options))) as Webhook[]
    const lines = all.length === 0 ? ['There is no webhook.'] : all.flatMap(linesOf)
    finish({ json: { webhooks: all }, lines })
  })
  withExamples(list, 'webhooks list --product lumen-gateway-g1 --token-file token')

  const one = command('show <id>', 'one of them, and how far it has come').action(
    async (id: string, options: WhereOptions) => {
      const client = await openServer(options, terminal)
      show((await client.get(pathOf(options, id))) as Webhook)
    },
  )
  withExamples(one, 'webhooks show 0f3a5c7e9b1d2468 --token-file token')

  const add = command('add <url>', 'tell an address what happens; its secret goes into a file')
    .option('--type <type>', TYPE, repeated)
    .option('--description <text>', 'for people to read')
    .requiredOption('--secret-out <file>', 'where its secret goes; nobody else may read it')
    .action(async (url: string, options: AddOptions) => {
      const client = await openServer(options, terminal)
      const { type = ['*'], description, secretOut } = options
      const wanted = { url, types: type, ...(description === undefined ? {} : { description }) }
      const webhook = (await intoSecretFile(
        secretOut,
        async () => (await client.post(pathOf(options), wanted)) as Webhook & { secret: string },
      )) as Webhook
      finish({
        json: { ...webhook, secretFile: secretOut },
        lines: [...linesOf(webhook), `its secret: ${secretOut}`],
      })
    })
  withExamples(
    add,
    "webhooks add https://example.com/fleet --type 'rollout.*' --secret-out hook-secret --token-file token",
    'webhooks add https://example.com/hook --product lumen-gateway-g1 --type device.quarantined --secret-out hook-secret --token-file token',
  )

  const change = command('change <id>', 'change it, turn it off, or on again')
    .option('--url <url>', 'another address')
    .option('--type <type>', `instead of those it has: ${TYPE}`, repeated)
    .option('--description <text>', 'for people to read')
    .option('--enable', 'go on where it stopped')
    .option('--from-now', 'with --enable: leave out what happened meanwhile')
    .option('--disable', 'tell it nothing for now')
    .action(async (id: string, options: ChangeOptions) => {
      const client = await openServer(options, terminal)
      show((await client.change(pathOf(options, id), changeIn(options))) as Webhook)
    })
  withExamples(
    change,
    'webhooks change 0f3a5c7e9b1d2468 --enable --token-file token',
    "webhooks change 0f3a5c7e9b1d2468 --type 'security.*' --token-file token",
  )

  const remove = command('remove <id>', 'tell it nothing any more').action(
    async (id: string, options: WhereOptions) => {
      await (await openServer(options, terminal)).delete(pathOf(options, id), { isRevised: true })
      finish({ json: { removed: id }, lines: [`removed: ${id}`] })
    },
  )
  withExamples(remove, 'webhooks remove 0f3a5c7e9b1d2468 --token-file token')

  const rotate = command('rotate-secret <id>', 'a new secret; for a while both sign')
    .requiredOption('--secret-out <file>', 'where it goes; nobody else may read it')
    .option(
      '--overlap <time>',
      'how long the old one signs too: 24h, 0s when it was stolen',
      overlap,
      DAY_SECONDS,
    )
    .action(async (id: string, options: RotateOptions) => {
      const client = await openServer(options, terminal)
      const made = (await intoSecretFile(options.secretOut, async () => {
        const body = { overlapSeconds: options.overlap }
        return (await client.post(`${pathOf(options, id)}/secret`, body)) as {
          secret: string
          oldSecretUntil: number
        }
      })) as { readonly oldSecretUntil: number }
      finish({
        json: { id, ...made, secretFile: options.secretOut },
        lines: [
          `its new secret: ${options.secretOut}`,
          `the old one signs until ${moment(made.oldSecretUntil)}`,
        ],
      })
    })
  withExamples(
    rotate,
    'webhooks rotate-secret 0f3a5c7e9b1d2468 --secret-out new-secret --token-file token',
  )

  const test = command('test <id>', 'send it an event now and say what it answered').action(
    async (id: string, options: WhereOptions) => {
      const client = await openServer(options, terminal)
      finish(testedOutcome(id, await tested(client, `${pathOf(options, id)}/test`)))
    },
  )
  withExamples(test, 'webhooks test 0f3a5c7e9b1d2468 --token-file token')

  const deliveries = command('deliveries <id>', 'what it was told, the newest events first')
    .addOption(
      new Option('--state <state>', 'only these').choices(['delivered', 'failing', 'asked']),
    )
    .action(async (id: string, options: WhereOptions & { state?: string }) => {
      const client = await openServer(options, terminal)
      const all = (await client.all(`${pathOf(options, id)}/deliveries?limit=500`)) as Delivery[]
      const found = all.filter(
        ({ state }) => options.state === undefined || state === options.state,
      )
      finish({
        json: { deliveries: found },
        lines: found.length === 0 ? ['There is no such delivery.'] : found.map(deliveryLine),
      })
    })
  withExamples(
    deliveries,
    'webhooks deliveries 0f3a5c7e9b1d2468 --state failing --token-file token',
  )

  const redeliver = command('redeliver <id> <event>', 'deliver an event once more').action(
    async (id: string, event: string, options: WhereOptions) => {
      const client = await openServer(options, terminal)
      const path = `${pathOf(options, id)}/deliveries/${encodeURIComponent(event)}/redelivery`
      const delivery = (await client.post(path)) as Delivery
      finish({ json: delivery, lines: [deliveryLine(delivery)] })
    },
  )
  withExamples(
    redeliver,
    'webhooks redeliver 0f3a5c7e9b1d2468 6f1c1a6e-1111-4222-8333-123456789abc --token-file token',
  )
}

function pathOf({ product }: WhereOptions, id?: string): string {
  const above = product === undefined ? '' : `/products/${encodeURIComponent(product)}`
  return `${above}/webhooks${id === undefined ? '' : `/${encodeURIComponent(id)}`}`
}

function changeIn({ url, type, description, enable, fromNow, disable }: ChangeOptions): object {
  if (enable === true && disable === true) {
    throw new Refusal('USAGE', '--enable and --disable exclude each other', {
      next: 'Give one of them.',
      usage: true,
    })
  }
  return {
    ...(url === undefined ? {} : { url }),
    ...(type === undefined ? {} : { types: type }),
    ...(description === undefined ? {} : { description }),
    ...(enable === true ? { state: 'enabled', from: fromNow === true ? 'now' : 'stopped' } : {}),
    ...(disable === true ? { state: 'disabled' } : {}),
  }
}

const overlap = (text: string) => (/^0[smhd]?$/.test(text) ? 0 : durationSeconds(text))

interface Tested {
  readonly isDelivered: boolean
  readonly status?: number
  readonly error?: string
}

async function tested(client: ApiClient, path: string): Promise<Tested> {
  return (await client.post(path)) as Tested
}

function testedOutcome(id: string, { isDelivered, status, error }: Tested) {
  const answered = status === undefined ? '' : `, it answered ${status}`
  if (isDelivered) return { json: { id, isDelivered, status }, lines: [`delivered${answered}`] }
  throw new Refusal('NOT_DELIVERED', `It did not arrive: ${error ?? 'refused'}${answered}`, {
    next: 'The words are explained in docs/operating/webhooks.md.',
    facts: { id, error: error ?? '', status: status ?? 0 },
  })
}

function linesOf({ id, url, types, state, failingSince, nextAt, description }: Webhook): string[] {
  const failing =
    failingSince === undefined ? '' : `, nothing got through since ${moment(failingSince)}`
  const next = nextAt === undefined ? '' : `, next try ${moment(nextAt)}`
  return [
    `${id} ${state}${failing}${next}`,
    `  ${url} ${types.join(' ')}${description === '' ? '' : ` (${description})`}`,
  ]
}

function deliveryLine({ event, type, state, attempts, lastAt, status, error }: Delivery): string {
  const answer = [status, error].filter((part) => part !== undefined).join(' ')
  return `${moment(lastAt)} ${event} ${type}: ${state}, ${attempts} tries ${answer}`.trimEnd()
}
