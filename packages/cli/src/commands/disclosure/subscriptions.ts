/** `fleetward subscriptions …`: who outside is told by mail. */
import type { Command } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

const ID = '0f3a5c7e9b1d2468'
const WITH_TOKEN = '--token-file token'

interface Subscription {
  readonly id: string
  readonly address: string
  readonly product: string
  readonly device?: string
  readonly language: string
  readonly confirmedAt?: number
  readonly bounces: number
}

export function addSubscriptions(program: Command, { terminal, finish }: Surroundings): void {
  const subscriptions = withExamples(
    program.command('subscriptions').description('who outside is told of updates by mail'),
    `subscriptions list --product lumen-gateway-g1 ${WITH_TOKEN}`,
    `subscriptions remove ${ID} ${WITH_TOKEN}`,
  )
  const command = (words: string, description: string) =>
    withServer(subscriptions.command(words).description(description))

  const list = command('list', 'all of them, the newest first')
    .option('--product <name>', 'of this product alone')
    .action(async (options: ServerOptions & { readonly product?: string }) => {
      const client = await openServer(options, terminal)
      const { product } = options
      const only = product === undefined ? '' : `&product=${encodeURIComponent(product)}`
      const found = (await client.all(`/subscriptions?limit=500${only}`)) as Subscription[]
      const lines = found.length === 0 ? ['There is no subscription.'] : found.map(lineOf)
      finish({ json: { subscriptions: found }, lines })
    })
  withExamples(list, `subscriptions list --product lumen-gateway-g1 ${WITH_TOKEN}`)

  const remove = command(
    'remove <subscription>',
    'end it, and delete its address and what was sent',
  ).action(async (id: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    await client.delete(`/subscriptions/${encodeURIComponent(id)}`)
    finish({ json: { removed: id }, lines: [`removed: ${id}`] })
  })
  withExamples(remove, `subscriptions remove ${ID} ${WITH_TOKEN}`)
}

function lineOf(one: Subscription): string {
  const { id, address, product, device, language, confirmedAt, bounces } = one
  const what = device === undefined ? product : `${product} ${device}`
  const state = confirmedAt === undefined ? ', not confirmed' : ''
  const dead = bounces === 0 ? '' : `, ${bounces} mails came back`
  return `${id} ${address} ${what} (${language})${state}${dead}`
}
