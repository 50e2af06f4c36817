/** `fleetward feeds list|import|source`: what the server knows of vulnerabilities elsewhere, and how old that is. */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { Refusal } from '../../refusal.ts'
import { type Surroundings, withExamples } from '../command-line.ts'
import { queryOf } from '../devices/device-choice.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { packFolder } from '../trust/pack-folder.ts'
import { addFeedSource, FEED_KINDS, type FeedSource, sourceLines } from './feed-source.ts'

interface Feed {
  readonly id: string
  readonly kind: string
  readonly importedAt: number
  readonly sourceDate?: string
  readonly records: number
  readonly control: string
  readonly controlSentence: string
  readonly status: string
  readonly sentence: string
  readonly skippedCount: number
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[]
}

interface ImportOptions extends ServerOptions {
  readonly kind: string
  readonly feed?: string
  readonly source?: string
  readonly sha256?: string
  readonly control?: string
  readonly controlVulnerability?: string
}

const SKIPPED_SHOWN_MAX_COUNT = 10

export function addFeeds(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const feeds = withExamples(
    program.command('feeds').description('what is known of vulnerabilities elsewhere'),
    'feeds import known_exploited_vulnerabilities.json --kind kev --token-file token',
    'feeds list --token-file token',
  )

  const list = withServer(
    feeds
      .command('list')
      .description('how old each is, whether it finds what it must, and what was skipped'),
  ).action(async (options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const all = (await client.all('/feeds?limit=500')) as Feed[]
    const sources = (await client.all('/feed-sources?limit=500')) as FeedSource[]
    const sourceOf = (feed: string) => sources.filter((source) => source.feed === feed)
    const awaited = sources.filter(({ feed }) => !all.some(({ id }) => id === feed))
    const lines = [
      ...all.flatMap((feed) => [...linesOf(feed), ...sourceOf(feed.id).flatMap(sourceLines)]),
      ...awaited.flatMap((source) => [
        `${source.feed.padEnd(16)} ${source.kind}, never imported`,
        ...sourceLines(source),
      ]),
    ]
    const none = ['There is no feed. Next: fleetward feeds import --help']
    const isNo = awaited.length > 0 || all.some(({ status }) => status !== 'fresh')
    finish({ json: { feeds: all, sources }, lines: lines.length === 0 ? none : lines, isNo })
  })
  withExamples(list, 'feeds list --token-file token', 'feeds list --json --token-file token')

  const take = withServer(
    feeds
      .command('import')
      .description(
        'import a feed from a file or folder: it takes the place of the one before, whole or not',
      )
      .argument('<file>', 'JSON, CSV, a zip or a gzip, as its source publishes it, or a folder')
      .addOption(
        new Option('--kind <kind>', 'what it is').choices(FEED_KINDS).makeOptionMandatory(),
      )
      .option('--feed <name>', 'what it is called here; its kind when left out')
      .option('--source <text>', "where it is from; the file's name when left out")
      .option('--sha256 <hex>', 'that the file must have, or the SHA256SUMS of the folder')
      .option('--control <component>', 'a purl or a CPE that must be found')
      .option('--control-vulnerability <id>', 'and with which vulnerability'),
  ).action(async (file: string, options: ImportOptions) => {
    const isFolder = await isFolderAt(file)
    const client = await openServer(options, terminal)
    const { kind, control, controlVulnerability } = options
    const feed = options.feed ?? kind
    const source = options.source ?? basename(resolve(file))
    const sha256 = isFolder ? undefined : options.sha256
    const query = queryOf({ kind, source, sha256, control, controlVulnerability })
    const path = `/feeds/${encodeURIComponent(feed)}${query}`
    const send = async (from: string) =>
      (await client.putFile(path, {
        ...{ file: from, length: (await stat(from)).size },
      })) as Partial<Feed>
    const answer = isFolder ? await packed(file, options.sha256, terminal, send) : await send(file)
    if (answer.id === undefined) {
      const lines = [`${feed} is being imported. Next: fleetward feeds list`]
      return finish({ json: answer, lines })
    }
    const imported = answer as Feed
    finish({ json: imported, lines: linesOf(imported), isNo: imported.status !== 'fresh' })
  })
  withExamples(
    take,
    'feeds import all.zip --kind osv --feed osv-npm --token-file token',
    'feeds import known_exploited_vulnerabilities.json --kind kev --token-file token',
    'feeds import advisories --kind csaf --feed csaf-supplier --token-file token',
    'feeds import all.zip --kind osv --feed osv-alpine --control pkg:apk/alpine/busybox@1.36.1-r15?distro=3.19.1 --control-vulnerability CVE-2023-42366 --token-file token',
  )
  addFeedSource(feeds, surroundings)
}

async function isFolderAt(file: string): Promise<boolean> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new Refusal('FILE_NOT_READABLE', `${file} cannot be read`, {
      next: 'Check the name and who may read it.',
      cause,
    })
  })
  if (found.isFile() || found.isDirectory()) return found.isDirectory()
  throw new Refusal('USAGE', `${file} is neither a file nor a folder`, {
    next: 'Name what the source publishes.',
    usage: true,
  })
}

async function packed<Answer>(
  folder: string,
  sha256: string | undefined,
  terminal: Surroundings['terminal'],
  send: (zip: string) => Promise<Answer>,
): Promise<Answer> {
  const place = await mkdtemp(join(tmpdir(), 'fleetward-feed-'))
  try {
    const zip = join(place, 'feed.zip')
    for (const { id, reason } of await packFolder(folder, zip, sha256)) {
      terminal.note(`left out: ${id} ${reason}`)
    }
    return await send(zip)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

function linesOf(feed: Feed): string[] {
  const { id, kind, importedAt, sourceDate, records, skippedCount, skipped, leftOut } = feed
  const when = new Date(importedAt * 1000).toISOString()
  const made = sourceDate === undefined ? '' : `, made ${sourceDate}`
  const shown = skipped.slice(0, SKIPPED_SHOWN_MAX_COUNT)
  return [
    `${id.padEnd(16)} ${kind}, ${feed.status}: ${records} records, imported ${when}${made}`,
    ...(feed.status === 'fresh' ? [] : [`  ${feed.sentence}`]),
    ...(feed.control === 'hit' ? [] : [`  ${feed.controlSentence}`]),
    ...shown.map(({ id: of, reason }) => `  skipped ${of}: ${reason}`),
    ...(skippedCount > shown.length ? [`  ${skippedCount} skipped in all; --json has them`] : []),
    ...leftOut.map(({ reason, count }) => `  left out ${count} times: ${reason}`),
  ]
}
