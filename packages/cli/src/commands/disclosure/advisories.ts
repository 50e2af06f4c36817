/** `fleetward advisories …`: what the public is told of vulnerabilities in a product. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { Refusal } from '../../refusal.ts'
import {
  readNamedFile,
  repeated,
  type Surroundings,
  wholeNumber,
  withExamples,
} from '../command-line.ts'
import { type OnProduct, onProduct } from '../devices/device-choice.ts'
import { objectIn } from '../products/fact-paths.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { addAdvisoriesCheck } from './advisories-check.ts'
import { addAdvisoriesValidate } from './advisories-validate.ts'
import { type Advisory, type AdvisoryInFull, lineOf, linesOf } from './advisory-lines.ts'

type Written = OnProduct & {
  readonly file?: string
  readonly title?: string
  readonly summary?: string
  readonly impact?: string
  readonly action?: string
  readonly report?: readonly string[]
}
type PublishOptions = OnProduct & {
  readonly whenFixed?: boolean
  readonly change?: string
  readonly withoutFixBecause?: string
}
interface TreeFile {
  readonly path: string
  readonly text: string
}

const ID = 'LUMEN-WORKS-2026-0007'
const ON = '--product lumen-gateway-g1 --token-file token'
const TEXTS = ['title', 'summary', 'impact', 'action'] as const
/** A path of the tree: nothing that leads out of the folder. */
const SAFE_PATH = /^(\/[A-Za-z0-9._@+-]*[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*)+\/?$/

export function addAdvisories(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const advisories = withExamples(
    program.command('advisories').description('what the public is told of vulnerabilities'),
    `advisories draft --finding 01234567-89ab-4cde-8f01-23456789abcd ${ON}`,
    `advisories publish ${ID} ${ON}`,
    'advisories export site --token-file token',
  )
  const command = (words: string, description: string) =>
    onProduct(advisories.command(words).description(description))
  const show = (advisory: AdvisoryInFull) => finish({ json: advisory, lines: linesOf(advisory) })
  const server = (options: ServerOptions) => openServer(options, terminal)

  const draft = withTexts(command('draft', 'begin one; the server fills in what it knows'))
    .option('--finding <id>', 'what it is about, with releases, names and severity')
    .action(async (options: Written & { readonly finding?: string }) => {
      const { finding } = options
      const body = { ...(await writtenIn(options)), ...(finding !== undefined && { finding }) }
      show((await (await server(options)).post(pathOf(options), body)) as AdvisoryInFull)
    })
  withExamples(
    draft,
    `advisories draft --finding 01234567-89ab-4cde-8f01-23456789abcd ${ON}`,
    `advisories draft --title 'Command injection' --report 0f3a5c7e9b1d2468 --file advisory.json ${ON}`,
  )

  const list = command('list', 'all of them, the newest first').action(
    async (options: OnProduct) => {
      const all = (await (await server(options)).all(`${pathOf(options)}?limit=500`)) as Advisory[]
      const lines = all.length === 0 ? ['There is no advisory.'] : all.map(lineOf)
      finish({ json: { advisories: all }, lines })
    },
  )
  withExamples(list, `advisories list ${ON}`)

  const one = command('show <advisory>', 'one of them, with what keeps it from being published')
    .option('--csaf', 'the CSAF document as it would be published now')
    .option('--version <number>', 'with --csaf: this published version', wholeNumber)
    .action(
      async (
        id: string,
        options: OnProduct & { readonly csaf?: boolean; readonly version?: number },
      ) => {
        const client = await server(options)
        if (options.csaf !== true)
          return show((await client.get(pathOf(options, id))) as AdvisoryInFull)
        const query = options.version === undefined ? '' : `?version=${options.version}`
        const document = (await client.get(`${pathOf(options, id)}/document${query}`)) as object
        finish({ json: document, lines: JSON.stringify(document, null, 2).split('\n') })
      },
    )
  withExamples(one, `advisories show ${ID} ${ON}`, `advisories show ${ID} --csaf ${ON}`)

  addAdvisoriesValidate(advisories, surroundings)

  const edit = withTexts(command('edit <advisory>', 'write it; flags go over what is in the file'))
    .addHelpText('after', '\nWhat is published stays as it is until you publish again.')
    .action(async (id: string, options: Written) => {
      const change = await writtenIn(options)
      if (Object.keys(change).length === 0) {
        throw new Refusal('USAGE', 'There is nothing to change', {
          next: 'Give what is to be changed: --action, for example.',
          usage: true,
        })
      }
      show((await (await server(options)).change(pathOf(options, id), change)) as AdvisoryInFull)
    })
  withExamples(
    edit,
    `advisories edit ${ID} --action 'Install 1.4.3.' ${ON}`,
    `advisories edit ${ID} --file advisory.json ${ON}`,
  )

  const hold = command('hold <advisory>', 'hold it back; when the time is over you are reminded')
    .requiredOption('--reason <text>', 'why the public is not to know yet')
    .requiredOption('--until <day>', 'when the reason ends: 2026-11-27', dayStart)
    .action(
      async (
        id: string,
        options: OnProduct & { readonly reason: string; readonly until: number },
      ) => {
        const { reason, until } = options
        const path = `${pathOf(options, id)}/hold`
        show((await (await server(options)).post(path, { reason, until })) as AdvisoryInFull)
      },
    )
  withExamples(
    hold,
    `advisories hold ${ID} --reason 'Upstream publishes then.' --until 2026-11-27 ${ON}`,
  )

  const publish = command('publish <advisory>', 'publish it, or what you changed since, for good')
    .option('--when-fixed', 'by itself, as soon as releases that fix all of it are published')
    .option('--change <text>', 'what is new; an update needs it')
    .option('--without-fix-because <text>', 'why the public has to know before there is a fix')
    .action(async (id: string, options: PublishOptions) => {
      const { whenFixed, change, withoutFixBecause } = options
      const when = whenFixed === true ? 'fixed' : 'now'
      const client = await server(options)
      const published = await client.postOn(pathOf(options, id), 'publish', {
        ...{ when, change, withoutFixBecause },
      })
      show(published as AdvisoryInFull)
    })
  withExamples(
    publish,
    `advisories publish ${ID} ${ON}`,
    `advisories publish ${ID} --when-fixed ${ON}`,
    `advisories publish ${ID} --change 'Releases of the G2 are affected too.' ${ON}`,
  )

  const withdraw = command('withdraw <advisory>', 'say publicly that it does not hold')
    .requiredOption('--reason <text>', 'why; it is published')
    .action(async (id: string, options: OnProduct & { readonly reason: string }) => {
      const { reason } = options
      const client = await server(options)
      show((await client.postOn(pathOf(options, id), 'withdraw', { reason })) as AdvisoryInFull)
    })
  withExamples(withdraw, `advisories withdraw ${ID} --reason 'It was another product.' ${ON}`)

  const drop = command('drop <advisory>', 'drop what was never published').action(
    async (id: string, options: OnProduct) => {
      await (await server(options)).delete(pathOf(options, id), { isRevised: true })
      finish({ json: { dropped: id }, lines: [`dropped: ${id}`] })
    },
  )
  withExamples(drop, `advisories drop ${ID} ${ON}`)

  const vex = command('publish-vex', 'publish what you decided of the findings beside them')
    .option('--change <text>', 'what is new')
    .action(async (options: OnProduct & { readonly change?: string }) => {
      const { change } = options
      const path = `/products/${encodeURIComponent(options.product)}/vex/publish`
      const published = (await (await server(options)).post(path, { change })) as { url: string }
      finish({ json: published, lines: [`published: ${published.url}`] })
    })
  withExamples(vex, `advisories publish-vex --change 'Release 1.4.3 is not affected.' ${ON}`)

  const exported = withServer(
    advisories
      .command('export <folder>')
      .description('write every public file of all advisories, for a static site of yours'),
  ).action(async (folder: string, options: ServerOptions) => {
    const files = (await (await server(options)).all('/advisories/tree')) as TreeFile[]
    for (const file of files) await write(folder, file)
    const lines =
      files.length === 0
        ? ['Nothing is published yet.']
        : [`${files.length} files in ${folder}. Serve them under the public URL of the settings.`]
    finish({ json: { folder, files: files.length }, lines })
  })
  withExamples(exported, 'advisories export site --token-file token')
  addAdvisoriesCheck(advisories, surroundings)
}

async function write(folder: string, { path, text }: TreeFile): Promise<void> {
  if (!SAFE_PATH.test(path)) {
    throw new Refusal('ADVISORY_PATH_INVALID', `The server names a file ${JSON.stringify(path)}`, {
      next: 'Nothing was written there. Ask who runs the server.',
    })
  }
  // A page that the server answers at a folder is its index elsewhere.
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

function withTexts(command: Command): Command {
  return command
    .option('--file <file>', 'JSON: the content, also as `advisories show --json` prints it')
    .option('--title <text>', 'what it is, in one line')
    .option('--summary <text>', 'what somebody can do, and who it touches')
    .option('--impact <text>', 'what it means for owners')
    .option('--action <text>', 'what owners shall do')
    .option('--report <id>', 'a report from outside that it is about; may be repeated', repeated)
}

async function writtenIn(options: Written): Promise<Record<string, unknown>> {
  const { file, report } = options
  const given = file === undefined ? {} : objectIn(await readNamedFile(file), file)
  const content =
    typeof given.content === 'object' && given.content !== null ? given.content : given
  const texts = TEXTS.flatMap((field) =>
    options[field] === undefined ? [] : [[field, options[field]] as const],
  )
  const reports = report === undefined ? {} : { reports: report }
  return { ...content, ...Object.fromEntries(texts), ...reports }
}

function dayStart(text: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a day: 2026-11-27')
  return at / 1000
}

function pathOf({ product }: OnProduct, id?: string): string {
  const all = `/products/${encodeURIComponent(product)}/advisories`
  return id === undefined ? all : `${all}/${encodeURIComponent(id)}`
}
