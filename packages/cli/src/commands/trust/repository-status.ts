/** `fleetward repository status|get`: what of a product's metadata is published, what waits, whose signatures it has. */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { productOption, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

interface RoleState {
  readonly role: string
  readonly state: 'published' | 'waiting'
  readonly version: number
  /** Seconds. */
  readonly expires: number
  readonly signers?: {
    readonly threshold: number
    readonly keys: readonly { readonly keyId: string; readonly hasSigned: boolean }[]
  }
  readonly missing: readonly { readonly path: string }[]
  readonly versions: readonly string[]
}

interface SigningState {
  readonly roles: readonly RoleState[]
  readonly signAnew: readonly string[]
}

export function addRepositoryStatus(repository: Command, { terminal, finish }: Surroundings): void {
  const status = withServer(
    repository
      .command('status')
      .description('what the server has published and what waits, and who signed it')
      .addOption(productOption()),
  ).action(async (options: OfProduct) => {
    const client = await openServer(options, terminal)
    const path = pathOf(options)
    const state = (await client.get(path)) as SigningState
    const none = ['Nothing is published yet, and nothing waits.']
    finish({
      json: state,
      lines: [
        ...(state.roles.length === 0 ? none : state.roles.flatMap(linesOf)),
        ...state.signAnew.map(
          (role) =>
            `${role} has to be signed anew. Next: fleetward repository renew --product ${options.product} --role ${role}`,
        ),
      ],
    })
  })
  withExamples(status, 'repository status --product lumen-gateway-g1 --token-file admin-token')

  const get = withServer(
    repository
      .command('get <file>')
      .description('fetch a published file, byte by byte as devices get it')
      .addOption(productOption())
      .requiredOption('--out <file>', 'where to write it; never over a file that is there'),
  ).action(async (file: string, options: OfProduct & { readonly out: string }) => {
    const client = await openServer(options, terminal)
    const answer = await client.open(`${pathOf(options)}/files/${encodeURIComponent(file)}`)
    await pipeline(answer, createWriteStream(options.out, { flags: 'wx' }))
    finish({ json: { file, out: options.out }, lines: [`written to ${options.out}`] })
  })
  withExamples(
    get,
    'repository get 1.root.json --out root.json --product lumen-gateway-g1 --token-file admin-token',
  )
}

interface OfProduct extends ServerOptions {
  readonly product: string
}

function pathOf({ product }: OfProduct): string {
  return `/products/${encodeURIComponent(product)}/metadata`
}

function linesOf({ role, state, version, expires, signers, missing, versions }: RoleState) {
  const day = new Date(expires * 1000).toISOString().slice(0, 10)
  const { threshold = 0, keys = [] } = signers ?? {}
  const signed = keys.filter(({ hasSigned }) => hasSigned)
  const brings = versions.length === 0 ? '' : `, would publish ${versions.join(', ')}`
  return [
    `${role} ${version} ${state}: signed by ${signed.length} of ${keys.length} keys, needs ${threshold}; until ${day}${brings}`,
    ...keys.map(({ keyId, hasSigned }) => `  ${hasSigned ? '✓' : '–'} ${keyId.slice(0, 16)}`),
    ...missing.map(({ path }) => `  to upload: ${path}`),
  ]
}
