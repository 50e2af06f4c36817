/** The process that imports a feed and matches releases with it: a server's own parts, and nothing else of a server. */
import { join } from 'node:path'
import { SERVER_ACTOR } from '../../packages/server/src/accounts/actor.ts'
import { openDatabase } from '../../packages/server/src/adapters/sql/database.ts'
import { sqlStores } from '../../packages/server/src/adapters/sql/sql-stores.ts'
import { importFeed } from '../../packages/server/src/feeds/import-feed.ts'
import { FindingWatch } from '../../packages/server/src/findings/finding-watch.ts'
import { costOf } from '../support/programs.ts'
import { writeNpmFeed } from './npm-feed.ts'
import { inventProducts } from './products.ts'

const [task, folder = '', shape = ''] = process.argv.slice(2)
const database = await openDatabase({ file: join(folder, 'fleetward.db') })
const stores = sqlStores(database)
const clock = { now: () => new Date(1_795_000_000_000) }
const tasks: Readonly<Record<string, () => Promise<Readonly<Record<string, number>>>>> = {
  import: async () => {
    const wish = { feed: 'osv-npm', kind: 'osv' as const, source: 'bench', control: undefined }
    const source = { path: join(folder, 'all.zip'), sha256: undefined }
    const { records, control } = await importFeed({ database: stores, clock }, wish, source, {
      actor: SERVER_ACTOR,
    })
    if (control !== 'hit') throw new Error('the positive control missed')
    return { records }
  },
  write: async () => {
    writeNpmFeed(join(folder, 'all.zip'))
    return {}
  },
  invent: () => inventProducts(database, stores, JSON.parse(shape)),
  match: async () => {
    const watch = new FindingWatch({
      ...{ database: stores, clock, instances: { leads: () => true } },
      ...{ artifacts: undefined as never, log: { error: process.stderr.write } as never },
    })
    await watch.tick()
    const count = async (table: 'findings' | 'finding_releases' | 'release_matches') => {
      const rows = database.selectFrom(table).select((row) => row.fn.countAll<number>().as('count'))
      return (await rows.executeTakeFirstOrThrow()).count
    }
    return {
      matched: await count('release_matches'),
      findings: await count('findings'),
      sightings: await count('finding_releases'),
    }
  },
}
const begun = performance.now()
const cpuBegun = process.cpuUsage()
const counts = (await tasks[task ?? '']?.()) ?? {}
const seconds = (performance.now() - begun) / 1000
const cpu = process.cpuUsage(cpuBegun)
const cpuSeconds = (cpu.user + cpu.system) / 1_000_000
await database.destroy()
// Not the one of getrusage(2), which begins with what the parent had.
const peakMemoryMiB = costOf(process.pid)?.peakMemoryMiB ?? Number.NaN
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds, peakMemoryMiB, counts })}\n`)
