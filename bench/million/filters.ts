/**
 * What the filter language costs at a million devices, on both databases: a page of a hundred ids, and the count of
 * all; then the sentence for one device of a rollout to all of them. Each is asked again and again about another device
 * each time; the slowest of twenty counts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import {
  type DatabasePlace,
  openDatabase,
} from '../../packages/server/src/adapters/sql/database.ts'
import { SqlDeviceSearch } from '../../packages/server/src/adapters/sql/devices/device-search.ts'
import { parseFilter } from '../../packages/server/src/devices/filter/parse-filter.ts'
import { RunningPostgres } from '../../packages/server/test/support/postgres.ts'
import type { Figure } from '../figure.ts'
import { DEVICES_COUNT, fillWithDevices, idOf, NOW, PRODUCT } from './devices.ts'
import { explainFigures } from './explain.ts'
import { p95 } from './slowest.ts'

const PAGE_COUNT = 100

/** Ours: issue 4. */
const INDEXED_GOAL_MS = 20
const ANY_GOAL_MS = 100

const PAGES_BY_INDEX = [
  'version < 1.2.0',
  'line = 1.5',
  'cohort = pilot',
  'state = failed',
  'failureCode = SELF_TEST_FAILED',
  'attr.region = "eu"',
  'attr.batch = "b0777"',
  'device.memory > 1024',
  'quarantined',
  'id ~ "lumen-05"',
  'attr.region = "eu" and attr.batch = "b0777"',
]
const PAGES = [
  'version < 1.4.3 and attr.region = "eu" and lastSeen < 7d',
  'lastSeen > 90d and not online',
  'integrity = corrupt',
  'not has attr.region and online',
  'state = failed or quarantined or lastSeen > 90d',
  'attr.region = "eu" and device.memory > 512 and not online',
  'attr.region = "nowhere"',
  'securityCounter > 99',
]
const COUNTS = [
  '',
  'cohort = pilot',
  'version < 1.4.3',
  'lastSeen < 7d and online',
  'state = failed',
  'attr.region = "eu"',
  'version < 1.4.3 and attr.region = "eu" and lastSeen < 7d',
  'state = failed and attr.region = "eu"',
  'attr.region = "eu" and device.memory > 512',
]

export async function filtersOnSqlite(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-filters-'))
  try {
    return await measured('SQLite', { file: join(folder, 'fleetward.db') })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export async function filtersOnPostgres(): Promise<Figure[]> {
  const postgres = await RunningPostgres.start()
  try {
    return await measured('PostgreSQL', await postgres.database())
  } finally {
    await postgres.stop()
  }
}

async function measured(engine: string, place: DatabasePlace): Promise<Figure[]> {
  const database = await openDatabase(place)
  try {
    if (engine === 'SQLite') {
      await sql`pragma synchronous = off`.execute(database)
      await sql`pragma cache_size = -1000000`.execute(database)
    }
    process.stderr.write(
      `  ${DEVICES_COUNT} devices are written to ${engine}; that takes minutes …\n`,
    )
    await fillWithDevices(database)
    // As the server has it.
    if (engine === 'SQLite') await sql`pragma cache_size = -2000`.execute(database)
    // As its own housekeeping does within minutes.
    if (engine === 'PostgreSQL') await sql`vacuum analyze`.execute(database)
    const search = new SqlDeviceSearch(database)
    const figures: Figure[] = []
    const add = async (what: string, goal: number, ask: (run: number) => Promise<unknown>) => {
      const figure = await p95(`${engine}, ${what}`, goal, ask)
      process.stderr.write(`  ${figure.what}: ${figure.median.toFixed(1)} ${figure.unit}\n`)
      figures.push(figure)
    }
    const page = (text: string) => (run: number) =>
      search.page(
        { product: PRODUCT, filter: parseFilter(text), now: NOW },
        { limit: PAGE_COUNT, after: idOf((run * 7919 * 31) % DEVICES_COUNT) },
      )
    for (const text of PAGES_BY_INDEX) await add(`page: ${text}`, INDEXED_GOAL_MS, page(text))
    for (const text of PAGES) await add(`page: ${text}`, ANY_GOAL_MS, page(text))
    for (const text of COUNTS) {
      const filter = text === '' ? undefined : parseFilter(text)
      const query = { product: PRODUCT, filter, now: NOW }
      await add(`count: ${text || 'all'}`, ANY_GOAL_MS, () => search.count(query))
    }
    return [...figures, ...(await explainFigures(engine, database))]
  } finally {
    await database.destroy()
  }
}
