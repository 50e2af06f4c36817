/** `fleetward tokens …`: API tokens of one's own, of a service one answers for, and of accounts one administers. */
import type { Command } from 'commander'
import { durationSeconds, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { intoSecretFile } from '../trust/secret-file.ts'

interface ApiToken {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly string[]
  readonly product: string
  readonly expiresAt: number
  readonly lastUsedAt?: number
}

type WhoseOptions = ServerOptions & { readonly account?: string }

interface CreateOptions extends WhoseOptions {
  readonly scope: readonly string[]
  readonly product: string
  readonly validFor: number
  readonly out: string
}

const VALID_DAYS_DEFAULT = 90

export function addTokens(program: Command, { terminal, finish }: Surroundings): void {
  const tokens = withExamples(
    program.command('tokens').description('API tokens for programs'),
    'tokens list --token-file token',
    'tokens create CI --scope device.read --product lumen-gateway-g1 --out ci-token --token-file token',
  )
  const whose = (command: Command) =>
    withServer(command.option('--account <account>', 'of this account instead of one’s own'))

  const list = whose(
    tokens.command('list').description('all of them, without their secrets'),
  ).action(async (options: WhoseOptions) => {
    const client = await openServer(options, terminal)
    const all = (await client.all(`${pathOf(options)}?limit=500`)) as ApiToken[]
    finish({
      json: { tokens: all },
      lines: all.length === 0 ? ['There is no token.'] : all.map(lineOf),
    })
  })
  withExamples(
    list,
    'tokens list --token-file token',
    'tokens list --account acc-4f0c2a91d37be865 --token-file token',
  )

  const create = whose(
    tokens
      .command('create')
      .argument('<name>', 'what it is for')
      .description('a new one, into a file; no more than the token that makes it, and no longer')
      .requiredOption('--scope <permission>', 'what it may do, may be repeated', repeated)
      .requiredOption('--product <name>', 'in this product, or `*` for all')
      .option('--valid-for <time>', '30d, 12h', durationSeconds, VALID_DAYS_DEFAULT * 86_400)
      .requiredOption('--out <file>', 'where its secret goes; nobody else may read it'),
  ).action(async (name: string, options: CreateOptions) => {
    const client = await openServer(options, terminal)
    const { scope, product, validFor, out } = options
    const wanted = { name, scopes: scope, product, validSeconds: validFor }
    const token = (await intoSecretFile(
      out,
      async () => (await client.post(pathOf(options), wanted)) as ApiToken & { secret: string },
    )) as ApiToken
    finish({ json: { ...token, file: out }, lines: [lineOf(token), `its secret: ${out}`] })
  })
  withExamples(
    create,
    'tokens create CI --scope device.read --scope rollout.read --product lumen-gateway-g1 --valid-for 30d --out ci-token --token-file token',
  )

  const remove = whose(
    tokens
      .command('remove')
      .argument('<token>', 'its id')
      .description('it opens nothing any more, nor do those that it made'),
  ).action(async (id: string, options: WhoseOptions) => {
    const client = await openServer(options, terminal)
    await client.delete(`${pathOf(options)}/${encodeURIComponent(id)}`)
    finish({ json: { removed: id }, lines: [`removed: ${id}`] })
  })
  withExamples(remove, 'tokens remove 0f3a5c7e9b1d2468 --token-file token')
}

function pathOf({ account }: WhoseOptions): string {
  return account === undefined ? '/me/tokens' : `/accounts/${encodeURIComponent(account)}/tokens`
}

function lineOf({ prefix, name, scopes, product, expiresAt, lastUsedAt }: ApiToken): string {
  const until = new Date(expiresAt * 1000).toISOString().slice(0, 10)
  const used =
    lastUsedAt === undefined
      ? 'never used'
      : `used ${new Date(lastUsedAt * 1000).toISOString().slice(0, 16)}Z`
  return `${prefix}… ${name}: ${scopes.join(' ')} in ${product}, until ${until}, ${used}`
}
