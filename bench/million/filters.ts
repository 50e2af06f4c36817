/**
 * What the filter language costs at a million devices, on both databases: a page of a hundred ids, and the count of
 * all. Each query is asked again and again behind another device each time; the slowest of twenty counts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import {
  type DatabasePlace,
  openDatabase,
  type Tables,
} from '../../packages/server/src/adapters/sql/database.ts'
import { SqlDeviceSearch } from '../../packages/server/src/adapters/sql/devices/device-search.ts'
import { parseFilter } from '../../packages/server/src/devices/filter/parse-filter.ts'
import { versionKey } from '../../packages/server/src/devices/version-key.ts'
import { RunningPostgres } from '../../packages/server/test/support/postgres.ts'
import type { Figure } from '../figure.ts'

const DEVICES_COUNT = 1_000_000
const PAGE_COUNT = 100
const RUNS = 40
const WARM_UP_RUNS = 3
const PRODUCT = 'lumen-gateway-g1'
const NOW = 1_795_000_000
const DAY = 86_400

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

export async function filtersBench(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-filters-'))
  const postgres = await RunningPostgres.start()
  try {
    return [
      ...(await measured('SQLite', { file: join(folder, 'fleetward.db') })),
      ...(await measured('PostgreSQL', await postgres.database())),
    ]
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true })
  }
}

async function measured(engine: string, place: DatabasePlace): Promise<Figure[]> {
  const database = await openDatabase(place)
  try {
    if (engine === 'SQLite') {
      await sql`pragma synchronous = off`.execute(database)
      await sql`pragma cache_size = -1000000`.execute(database)
    }
    await fill(database)
    // As the server has it.
    if (engine === 'SQLite') await sql`pragma cache_size = -2000`.execute(database)
    // As its own housekeeping does within minutes.
    if (engine === 'PostgreSQL') await sql`vacuum analyze`.execute(database)
    const search = new SqlDeviceSearch(database)
    const figures: Figure[] = []
    const add = async (what: string, goal: number, ask: (run: number) => Promise<unknown>) => {
      figures.push(await p95(`${engine}, ${what}`, goal, ask))
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
    return figures
  } finally {
    await database.destroy()
  }
}

async function p95(
  what: string,
  goal: number,
  ask: (run: number) => Promise<unknown>,
): Promise<Figure> {
  const tookMs: number[] = []
  for (let run = -WARM_UP_RUNS; run < RUNS; run += 1) {
    const startMs = performance.now()
    await ask(run + WARM_UP_RUNS)
    if (run >= 0) tookMs.push(performance.now() - startMs)
  }
  tookMs.sort((a, b) => a - b)
  const median = tookMs[Math.ceil(RUNS * 0.95) - 1] ?? Number.NaN
  const middle = (tookMs[RUNS / 2] ?? Number.NaN).toFixed(1)
  return {
    what: `1,000,000 devices, ${what}: p95 (median ${middle} ms)`,
    median,
    unit: 'ms',
    runs: RUNS,
    goal,
  }
}

const idOf = (number: number) => `lumen-${String(number).padStart(7, '0')}`

/** `i` from 0, in SQL that both databases read. */
const NUMBERS = `with recursive numbers(i) as (
  select cast(0 as bigint) union all select i + 1 from numbers where i < ${DEVICES_COUNT - 1})`
/** In no order of the ids, as devices enrol. */
const ID = `'lumen-' || substr(cast(10000000 + (i * 7919) % ${DEVICES_COUNT} as text), 2)`
const VERSIONS = ['1.4.2', '1.4.3', '1.5.0', '2.0.0'].map((version) => [
  version,
  versionKey(version),
])
const OLD = ['1.1.9', versionKey('1.1.9')]

/** A hundredth runs something old, as in every fleet. */
function versionOr(column: 0 | 1): string {
  const others = VERSIONS.map((version, index) => `when i % 4 = ${index} then '${version[column]}'`)
  return `case when i % 100 = 0 then '${OLD[column]}' ${others.join(' ')} end`
}

async function fill(database: Kysely<Tables>): Promise<void> {
  await database.insertInto('products').values({ id: PRODUCT, created_at: 0 }).execute()
  const run = (text: string) => sql.raw(text).execute(database)
  const into = (table: string, values: Record<string, string>) => {
    const from = `${NUMBERS} select ${Object.values(values).join(', ')} from numbers`
    return run(`insert into ${table} (${Object.keys(values).join(', ')}) ${from}`)
  }
  await into('devices', {
    id: ID,
    product: `'${PRODUCT}'`,
    cohort: `case when i % 10 = 3 then 'pilot' else 'field' end`,
    enrolled_at: `${NOW} - (i % 900) * ${DAY}`,
    online: 'case when i % 3 = 0 then 0 else 1 end',
    last_seen_at: `${NOW} - case when i % 50 = 0 then (i % 200) * ${DAY} else i % 50000 end`,
    state: `case when i % 200 = 7 then 'failed' else 'idle' end`,
    code: `case when i % 200 = 7 then 'SELF_TEST_FAILED' end`,
    version: versionOr(0),
    version_key: versionOr(1),
    security_counter: '3',
    rollout: `'1-5-0-ab12'`,
    integrity: `case when i % 5000 = 11 then 'corrupt' else 'ok' end`,
    quarantined_at: `case when i % 10000 = 1 then ${NOW} end`,
    test: 'case when i % 20000 = 5 then 1 else 0 end',
  })
  await into('device_heads', { device: ID, claims: `'${CLAIMS}'`, inventory: `'${INVENTORY}'` })
  const attribute = (
    source: string,
    name: string,
    text: string,
    number = 'null',
    where = '1 = 1',
  ) =>
    run(`insert into device_attributes (product, device, source, name, kind, text, number)
      ${NUMBERS} select '${PRODUCT}', ${ID}, '${source}', '${name}', 'text', ${text}, ${number}
      from numbers where ${where}`)
  const region = `case when i % 3 = 0 then 'eu' when i % 3 = 1 then 'us' else 'asia' end`
  const memory = '256 * (1 + i % 5)'
  await attribute('operator', 'region', region, 'null', 'i % 20 <> 0')
  await attribute('operator', 'batch', `'b' || substr(cast(10000 + i % 2000 as text), 2)`)
  await attribute('device', 'model', `'L1'`)
  await attribute('device', 'memory', `cast(${memory} as text)`, memory)
}

const CLAIMS = JSON.stringify({ filler: 'x'.repeat(800) })
const INVENTORY = JSON.stringify({ model: 'L1', memory: '512' })
