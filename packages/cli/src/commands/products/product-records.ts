/** `list|show|add|set|remove|history` of what is written down about a product under names that people choose. */
import type { Command } from 'commander'
import { plain } from '../../plain.ts'
import { readNamedFile, repeated, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { assigned, cleared, type Facts, objectIn } from './fact-paths.ts'

export interface RecordWords {
  /** In the address: `standards`. */
  readonly path: string
  /** `standard` */
  readonly one: string
  /** `products standards` */
  readonly command: string
  readonly example: string
  /** Parts of one, as they are given. */
  readonly parts: string
  lineOf(content: Facts): string
}

interface Kept extends Facts {
  readonly id: string
  readonly revision: number
  readonly changedAt: number
  readonly changedBy: string
  readonly gaps: readonly string[]
}

interface EditOptions extends ServerOptions {
  readonly file?: string
  readonly set?: readonly string[]
  readonly clear?: readonly string[]
}

const PRODUCT = 'lumen-gateway-g1'
const TOKEN = '--token-file token'
const LINE_MAX_CHARACTERS = 160

export function addRecords(
  parent: Command,
  words: RecordWords,
  { terminal, finish }: Surroundings,
): void {
  const { path, one, command: name, example, parts } = words
  const example1 = (act: string, rest = '') =>
    `${name} ${act} ${PRODUCT} ${act === 'list' ? '' : `${example} `}${rest}${TOKEN}`
  const pathOf = (product: string, id?: string) => {
    const all = `/products/${encodeURIComponent(product)}/${path}`
    return id === undefined ? all : `${all}/${encodeURIComponent(id)}`
  }
  const lines = (kept: Kept) => [
    `${kept.id.padEnd(24)} ${onOneLine(words.lineOf(kept))}`,
    ...kept.gaps.map((gap) => `    ${gap}`),
  ]
  const show = (kept: Kept) => finish({ json: kept, lines: lines(kept) })
  const command = (act: string, description: string) =>
    withServer(parent.command(act).description(description).argument('<product>', 'its name'))

  const list = command('list', 'all of them, with what is missing')
    .option('--gaps', 'only those of which something is missing or overdue')
    .action(async (product: string, options: ServerOptions & { gaps?: boolean }) => {
      const client = await openServer(options, terminal)
      const query = options.gaps === true ? '&gaps=true' : ''
      const all = (await client.all(`${pathOf(product)}?limit=500${query}`)) as Kept[]
      finish({
        json: { [path]: all },
        lines: all.length === 0 ? ['There is none.'] : all.flatMap(lines),
      })
    })
  withExamples(list, example1('list'), `${name} list ${PRODUCT} --gaps ${TOKEN}`)

  const single = command('show', 'one of them, in full')
    .argument('<id>', `for example ${example}`)
    .action(async (product: string, id: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const kept = (await client.get(pathOf(product, id))) as Kept
      finish({ json: kept, lines: JSON.stringify(kept, null, 2).split('\n') })
    })
  withExamples(single, example1('show'))

  const add = withParts(
    command('add', `write a ${one} down`).argument('<id>', 'a new name'),
  ).action(async (product: string, id: string, options: EditOptions) => {
    const content = (await changeIn(options))({})
    const client = await openServer(options, terminal)
    show((await client.post(pathOf(product), { ...content, id })) as Kept)
  })
  withExamples(add, example1('add', `${parts} `), example1('add', '--file one.json '))

  const set = withParts(
    command('set', 'change parts of it, or all of it from a file').argument('<id>', 'its name'),
  ).action(async (product: string, id: string, options: EditOptions) => {
    const change = await changeIn(options)
    const client = await openServer(options, terminal)
    show((await client.edit(pathOf(product, id), (before) => change(bare(before as Kept)))) as Kept)
  })
  withExamples(set, example1('set', `${parts.split(' --set ')[0]} `))

  const remove = command('remove', 'take it away; what it was stays in the history')
    .argument('<id>', 'its name')
    .action(async (product: string, id: string, options: ServerOptions) => {
      await (await openServer(options, terminal)).delete(pathOf(product, id), { isRevised: true })
      finish({ json: { removed: id }, lines: [`removed: ${id}`] })
    })
  withExamples(remove, example1('remove'))

  const history = command('history', 'every revision of it, the newest first')
    .argument('<id>', 'its name')
    .action(async (product: string, id: string, options: ServerOptions) => {
      const client = await openServer(options, terminal)
      const revisions = (await client.all(
        `${pathOf(product, id)}/revisions?limit=500`,
      )) as Revision[]
      finish({
        json: { revisions },
        lines: revisions.map(
          ({ revision, at, by, content }) =>
            `${String(revision).padStart(4)}  ${dayOf(at)} ${by}  ${content === undefined ? 'removed' : onOneLine(words.lineOf(content))}`,
        ),
      })
    })
  withExamples(history, example1('history'))
}

interface Revision {
  readonly revision: number
  readonly at: number
  readonly by: string
  readonly content?: Facts
}

function withParts(command: Command): Command {
  return command
    .option('--file <file>', 'JSON, also as `show --json` prints it')
    .option('--set <path=value>', 'a part, as text or JSON; may be repeated', repeated)
    .option('--clear <path>', 'take a part away; may be repeated', repeated)
}

async function changeIn({
  file,
  set = [],
  clear = [],
}: EditOptions): Promise<(before: Facts) => Facts> {
  const whole = file === undefined ? undefined : bare(objectIn(await readNamedFile(file), file))
  return (before) => set.reduce(assigned, clear.reduce(cleared, whole ?? before))
}

/** Without what the server adds when it shows one. */
function bare(given: Facts): Facts {
  const {
    id: _id,
    revision: _revision,
    changedAt: _at,
    changedBy: _by,
    gaps: _gaps,
    ...rest
  } = given
  return rest
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** What people write may have several lines. */
function onOneLine(text: string): string {
  return plain(text.replaceAll('\n', ' ')).slice(0, LINE_MAX_CHARACTERS)
}
