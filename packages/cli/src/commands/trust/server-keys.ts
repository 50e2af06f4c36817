/**
 * `fleetward keys server|rotate|retire`: the keys that the server signs with. Rotating one is a call to the server and,
 * for what devices trust, a signature of the desk; what has to be signed is said in the commands that do it.
 */
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

const OF_PRODUCTS = ['director', 'commands', 'timestamp', 'snapshot']
const OF_THE_SERVER = ['fleet-ca', 'server-ca', 'tls', 'advisories']

interface KeyOptions extends ServerOptions {
  readonly product?: string
}

interface ServerKey {
  readonly id: string
  readonly purpose?: string
  readonly state: string
  readonly isListed?: boolean
  readonly listedBy?: readonly string[]
  readonly devices?: number
}

/** The answer of a product, or of the whole server. */
interface Keys {
  readonly keys?: readonly ServerKey[]
  readonly fleetCa?: readonly ServerKey[]
  readonly serverCa?: { readonly id: string }
  /** Roles of the product, or products whose targets wait for the desk. */
  readonly toSign: readonly string[]
}

const productOption = () =>
  new Option('--product <name>', 'of this product, not of the whole server')

export function addServerKeys(keys: Command, { terminal, finish }: Surroundings): void {
  const show = withServer(
    keys
      .command('server')
      .description('the keys the server signs with, and what the desk has to sign')
      .addOption(productOption()),
  ).action(async (options: KeyOptions) => {
    const client = await openServer(options, terminal)
    tell((await client.get(`${place(options)}/keys`)) as Keys, options)
  })
  withExamples(show, 'keys server --product lumen-gateway-g1 --token-file admin-token')

  const rotate = withServer(
    keys
      .command('rotate')
      .description('make the next key of the server; it signs once the desk has signed for it')
      .argument('<key>', [...OF_PRODUCTS, ...OF_THE_SERVER].join(', '))
      .addOption(productOption())
      .option('--stolen', 'the keys there are were stolen: list the new one alone', false),
  ).action(async (purpose: string, options: KeyOptions & { stolen: boolean }) => {
    requirePlace(purpose, options.product)
    const client = await openServer(options, terminal)
    const path = `${place(options)}/keys/${encodeURIComponent(purpose)}/rotate`
    tell((await client.post(path, { stolen: options.stolen })) as Keys, options)
  })
  withExamples(
    rotate,
    'keys rotate director --product lumen-gateway-g1 --token-file admin-token',
    'keys rotate director --product lumen-gateway-g1 --stolen --token-file admin-token',
    'keys rotate fleet-ca --token-file admin-token',
  )

  const retire = withServer(
    keys
      .command('retire')
      .description('let former fleet CAs leave the metadata before their time')
      .argument('<key>', 'fleet-ca')
      .option('--even-devices', 'lock devices out that still show a certificate of it', false),
  ).action(async (purpose: string, options: ServerOptions & { evenDevices: boolean }) => {
    if (purpose !== 'fleet-ca') throw noSuchKey(purpose, ['fleet-ca'])
    const client = await openServer(options, terminal)
    const { evenDevices } = options
    tell((await client.post('/keys/fleet-ca/retire', { evenDevices })) as Keys, {})
  })
  withExamples(retire, 'keys retire fleet-ca --token-file admin-token')

  function tell(answer: Keys, { product }: { readonly product?: string }): void {
    const all = [...(answer.keys ?? []), ...(answer.fleetCa ?? [])]
    finish({
      json: answer,
      lines: [
        ...all.map(lineOf),
        ...(answer.serverCa === undefined ? [] : [`server-ca    signs    ${answer.serverCa.id}`]),
        ...nextSteps(answer.toSign, product),
      ],
    })
  }
}

function place({ product }: KeyOptions): string {
  return product === undefined ? '' : `/products/${encodeURIComponent(product)}`
}

function lineOf({ purpose = 'fleet-ca', state, id, isListed, listedBy, devices }: ServerKey) {
  const facts = [
    isListed === false ? 'not in published metadata' : undefined,
    listedBy === undefined ? undefined : `listed by ${listedBy.join(', ') || 'no product'}`,
    devices === undefined ? undefined : `${devices} devices`,
  ].filter((fact) => fact !== undefined)
  return [purpose.padEnd(12), state.padEnd(8), id, facts.join('; ')].join(' ').trimEnd()
}

/** Commands to be copied, in their order. */
function nextSteps(toSign: readonly string[], product: string | undefined): readonly string[] {
  if (toSign.length === 0) return ['The desk has nothing to sign.']
  const steps = product === undefined ? toSign.flatMap(signTargets) : signRoles(product, toSign)
  return ['The desk has to sign. Next:', ...steps]
}

function signRoles(product: string, roles: readonly string[]): readonly string[] {
  return [
    saveKeys(product),
    ...(roles.includes('root')
      ? [`  fleetward root rotate --product ${product} --server-keys server-keys.json`]
      : []),
    ...(roles.includes('targets') ? [renewTargets(product)] : []),
    ...roles.map((role) => `  fleetward sign ${product}/${role} --key <name>`),
    `  fleetward repository publish --product ${product}`,
  ]
}

function signTargets(product: string): readonly string[] {
  return signRoles(product, ['targets'])
}

function saveKeys(product: string): string {
  return `  fleetward products show ${product} --save-server-keys server-keys.json`
}

function renewTargets(product: string): string {
  return `  fleetward repository renew --product ${product} --role targets --server-keys server-keys.json`
}

function requirePlace(purpose: string, product: string | undefined): void {
  if (OF_PRODUCTS.includes(purpose)) {
    if (product !== undefined) return
    throw new Refusal('PRODUCT_MISSING', `Every product has a ${purpose} key of its own`, {
      next: 'Name the product with --product.',
      usage: true,
    })
  }
  if (!OF_THE_SERVER.includes(purpose)) throw noSuchKey(purpose, [...OF_PRODUCTS, ...OF_THE_SERVER])
  if (product === undefined) return
  throw new Refusal('PRODUCT_TOO_MUCH', `The ${purpose} belongs to the whole server`, {
    next: 'Leave out --product.',
    usage: true,
  })
}

function noSuchKey(purpose: string, known: readonly string[]): Refusal {
  return new Refusal('NO_SUCH_KEY', `There is no key called ${purpose}`, {
    next: `Known are: ${known.join(', ')}.`,
    usage: true,
  })
}
