/** `fleetward products create|show|list`: products on the server, and the keys the server has for them. */

import { writeFileDurably } from '@fleetward/platform'
import { type Command, Option } from 'commander'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { addComponents } from './components.ts'
import { addProductFacts } from './product-facts.ts'
import { addProductLaw } from './product-law.ts'
import { addRequirements } from './requirements.ts'

interface ProductOptions extends ServerOptions {
  readonly saveServerKeys?: string
  readonly gate?: string
  readonly gateReason?: string
}

const SAVE_OPTION = [
  '--save-server-keys <file>',
  'write the public keys of the server here, for `repository init`',
] as const

export function addProducts(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const products = withExamples(
    program.command('products').description('products on the server'),
    'products create lumen-gateway-g1 --save-server-keys server-keys.json --token-file admin-token',
  )

  const create = withServer(
    products
      .command('create')
      .description('make a product; the server makes its online keys')
      .argument('<product>', 'its name, for example lumen-gateway-g1'),
  )
    .option(...SAVE_OPTION)
    .addOption(
      new Option('--gate <mode>', 'whether its gate holds back publishing')
        .choices(['enforced', 'advisory'])
        .default('enforced'),
    )
    .option('--gate-reason <text>', 'why it does not; with --gate advisory')
    .action(async (product: string, options: ProductOptions) => {
      const client = await openServer(options, terminal)
      const { gate: mode, gateReason: reason } = options
      const wanted = { id: product, gate: { mode, ...(reason === undefined ? {} : { reason }) } }
      await show(await client.post('/products', wanted), product, options)
    })
  withExamples(
    create,
    'products create lumen-gateway-g1 --save-server-keys server-keys.json --token-file admin-token',
    'products create lumen-trial --gate advisory --gate-reason "a trial, no feeds yet" --token-file admin-token',
  )

  const showCommand = withServer(
    products
      .command('show')
      .description('the public keys the server has for a product')
      .argument('<product>', 'its name'),
  )
    .option(...SAVE_OPTION)
    .action(async (product: string, options: ProductOptions) => {
      const client = await openServer(options, terminal)
      await show(await client.get(`/products/${encodeURIComponent(product)}`), product, options)
    })
  withExamples(showCommand, 'products show lumen-gateway-g1 --token-file admin-token --json')

  const list = withServer(
    products.command('list').description('all products of the server'),
  ).action(async (options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const all = (await client.all('/products?limit=500')) as { id: string }[]
    finish({ json: { products: all }, lines: all.map(({ id }) => id) })
  })
  withExamples(list, 'products list --token-file admin-token')

  addProductFacts(products, surroundings)
  addRequirements(products, surroundings)
  addComponents(products, surroundings)
  addProductLaw(products, surroundings)

  async function show(answer: unknown, product: string, options: ProductOptions): Promise<void> {
    const file = options.saveServerKeys
    if (file !== undefined) {
      await writeFileDurably(file, `${JSON.stringify(answer, null, 2)}\n`, { mode: 0o644 })
    }
    finish({
      json: answer as object,
      lines: [
        `${product} is on the server.`,
        file === undefined
          ? 'Its server keys: the same command with --json, or --save-server-keys FILE.'
          : `Next: fleetward repository init ${product} --server-keys ${file} …`,
      ],
    })
  }
}
