/** `fleetward filters save|list|show|rename|delete`: filters that have a name. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { openServer } from '../server-options.ts'
import { type OnProduct, onProduct } from './device-choice.ts'

interface SavedFilter {
  readonly name: string
  readonly filter: string
  readonly description: string
}

type SaveOptions = OnProduct & { readonly description?: string }

export function addFilters(program: Command, { terminal, finish }: Surroundings): void {
  const filters = withExamples(
    program.command('filters').description('filters that are kept under a name'),
    'filters list --product lumen-gateway-g1 --token-file admin-token',
  )
  const command = (words: string, description: string) =>
    onProduct(filters.command(words).description(description))
  const pathOf = ({ product }: OnProduct, name?: string) =>
    `/products/${encodeURIComponent(product)}/filters${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
  const show = (saved: SavedFilter) => finish({ json: saved, lines: [lineOf(saved)] })

  const save = command('save <name> <filter>', 'keep a filter; one of this name is changed')
    .option('--description <text>', 'for people to read')
    .action(async (name: string, filter: string, options: SaveOptions) => {
      const client = await openServer(options, terminal)
      const { description } = options
      const said = { filter, ...(description === undefined ? {} : { description }) }
      try {
        show((await client.post(pathOf(options), { name, ...said })) as SavedFilter)
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'FILTER_EXISTS') throw error
        show((await client.change(pathOf(options, name), said)) as SavedFilter)
      }
    })
  withExamples(
    save,
    "filters save silent 'not online and lastSeen > 30d' --product lumen-gateway-g1 --token-file admin-token",
  )

  const list = command('list', 'all saved filters').action(async (options: OnProduct) => {
    const client = await openServer(options, terminal)
    const all = (await client.all(`${pathOf(options)}?limit=500`)) as SavedFilter[]
    const lines = all.length === 0 ? ['No filter is saved.'] : all.map(lineOf)
    finish({ json: { filters: all }, lines })
  })
  withExamples(list, 'filters list --product lumen-gateway-g1 --token-file admin-token')

  const one = command('show <name>', 'one of them').action(
    async (name: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      show((await client.get(pathOf(options, name))) as SavedFilter)
    },
  )
  withExamples(one, 'filters show silent --product lumen-gateway-g1 --token-file admin-token')

  const rename = command('rename <name> <new-name>', 'call it otherwise').action(
    async (name: string, newName: string, options: OnProduct) => {
      const client = await openServer(options, terminal)
      show((await client.change(pathOf(options, name), { name: newName })) as SavedFilter)
    },
  )
  withExamples(
    rename,
    'filters rename silent long-silent --product lumen-gateway-g1 --token-file admin-token',
  )

  const remove = command('delete <name>', 'delete it').action(
    async (name: string, options: OnProduct) => {
      await (await openServer(options, terminal)).delete(pathOf(options, name), { isRevised: true })
      finish({ json: { deleted: name }, lines: [`deleted: ${name}`] })
    },
  )
  withExamples(remove, 'filters delete silent --product lumen-gateway-g1 --token-file admin-token')
}

function lineOf({ name, filter, description }: SavedFilter): string {
  return `${name.padEnd(24)} ${filter}${description === '' ? '' : `  (${description})`}`
}
