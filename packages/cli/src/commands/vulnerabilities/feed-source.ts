/** `fleetward feeds source set|remove`: from where the server takes a feed by itself. */
import { type Command, Option } from 'commander'
import { durationSeconds, type Surroundings, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'

export interface FeedSource {
  readonly feed: string
  readonly kind: string
  readonly place: string
  readonly everySeconds: number
  readonly triedAt?: number
  readonly nextAt: number
  readonly outcome?: string
  readonly trouble?: string
  readonly failureCount: number
}

interface SetOptions extends ServerOptions {
  readonly kind: string
  readonly from: string
  readonly every: number
  readonly digestBeside?: boolean
  readonly control?: string
  readonly controlVulnerability?: string
}

export const FEED_KINDS = ['osv', 'kev', 'euvd', 'epss', 'cve', 'csaf']
const USUAL_SECONDS = 6 * 3600

export function addFeedSource(feeds: Command, { terminal, finish }: Surroundings): void {
  const source = withExamples(
    feeds.command('source').description('from where a feed comes by itself'),
    'feeds source set kev --kind kev --from https://mirror.example.org/kev.json --every 6h --token-file token',
    'feeds source remove kev --token-file token',
  )

  const set = withServer(
    source
      .command('set')
      .description('fetch it now and again and again: all of this is set anew')
      .argument('<feed>', 'what it is called here')
      .addOption(
        new Option('--kind <kind>', 'what it is').choices(FEED_KINDS).makeOptionMandatory(),
      )
      .requiredOption(
        '--from <place>',
        "an https address, or a file's or folder's absolute path on the server",
      )
      .option('--every <duration>', 'how often, from 15m to 30d', durationSeconds, USUAL_SECONDS)
      .option('--digest-beside', 'the address has a .sha256 beside it, and it must fit')
      .option('--control <component>', 'a purl or a CPE that must be found')
      .option('--control-vulnerability <id>', 'and with which vulnerability'),
  ).action(async (feed: string, options: SetOptions) => {
    const client = await openServer(options, terminal)
    const { kind, from: place, every: everySeconds, control, controlVulnerability } = options
    const wish = {
      ...{ feed, kind, place, everySeconds, digestBeside: options.digestBeside === true },
      ...(control === undefined ? {} : { control }),
      ...(controlVulnerability === undefined ? {} : { controlVulnerability }),
    }
    const json = (await client.post('/feed-sources', wish)) as FeedSource
    const next = 'It is fetched now. Next: fleetward feeds list'
    finish({ json, lines: [feed, ...sourceLines(json), next] })
  })
  withExamples(
    set,
    'feeds source set osv-npm --kind osv --from https://mirror.example.org/osv/npm/all.zip --every 12h --token-file token',
    'feeds source set csaf-supplier --kind csaf --from /srv/feeds/supplier --every 1d --token-file token',
  )

  const remove = withServer(
    source
      .command('remove')
      .description('fetch it no more; what was imported stays, and gets older')
      .argument('<feed>', 'what it is called here'),
  ).action(async (feed: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    await client.delete(`/feed-sources/${encodeURIComponent(feed)}`)
    finish({ json: { feed }, lines: [`${feed} is fetched no more.`] })
  })
  withExamples(remove, 'feeds source remove kev --token-file token')
}

export function sourceLines(source: FeedSource): string[] {
  const { place, everySeconds, triedAt, nextAt, outcome, trouble, failureCount } = source
  const time = (at: number) => new Date(at * 1000).toISOString()
  const last = triedAt === undefined ? 'never tried' : `last ${time(triedAt)} (${outcome})`
  return [
    `  from ${place}, every ${everySeconds / 3600} h: ${last}, next ${time(nextAt)}`,
    ...(trouble === undefined ? [] : [`  failed ${failureCount} times in a row: ${trouble}`]),
  ]
}
