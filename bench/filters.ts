/**
 * What the filter language costs at a million devices, on both databases: a page of a hundred ids, and the count of
 * all. Each query is asked again and again behind another device each time; the slowest of twenty counts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { attributeRows } from '../packages/server/src/adapters/sql/attribute-rows.ts'
import {
  type DatabasePlace,
  openDatabase,
  type Tables,
} from '../packages/server/src/adapters/sql/database.ts'
import { SqlDeviceSearch } from '../packages/server/src/adapters/sql/device-search.ts'
import { parseFilter } from '../packages/server/src/devices/filter/parse-filter.ts'
import { versionKey } from '../packages/server/src/devices/version-key.ts'
import { RunningPostgres } from '../packages/server/test/support/postgres.ts'
import type { Figure } from './figure.ts'

const DEVICES_COUNT = 1_000_000
const CHUNK_COUNT = 1000
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
    if (engine === 'SQLite') await sql`pragma synchronous = off`.execute(database)
    await fill(database)
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

/** In no order of the ids, as devices enrol. */
async function fill(database: Kysely<Tables>): Promise<void> {
  await database.insertInto('products').values({ id: PRODUCT, created_at: 0 }).execute()
  for (let start = 0; start < DEVICES_COUNT; start += CHUNK_COUNT) {
    const devices = Array.from({ length: CHUNK_COUNT }, (_, index) => deviceOf(start + index))
    await database.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('devices')
        .values(devices.map(({ row }) => row))
        .execute()
      await transaction
        .insertInto('device_heads')
        .values(
          devices.map(({ row }) => ({ device: row.id, claims: CLAIMS, inventory: INVENTORY })),
        )
        .execute()
      const attributes = devices.flatMap((device) => device.attributes)
      for (let at = 0; at < attributes.length; at += CHUNK_COUNT) {
        const some = attributes.slice(at, at + CHUNK_COUNT)
        await transaction.insertInto('device_attributes').values(some).execute()
      }
    })
  }
}

const CLAIMS = JSON.stringify({ filler: 'x'.repeat(800) })
const INVENTORY = JSON.stringify({ model: 'L1', memory: '512' })
const VERSIONS = ['1.1.9', '1.4.2', '1.4.3', '1.5.0', '2.0.0'] as const

function deviceOf(number: number) {
  const id = idOf((number * 7919) % DEVICES_COUNT)
  // A hundredth runs something old, as in every fleet.
  const version = number % 100 === 0 ? VERSIONS[0] : (VERSIONS[1 + (number % 4)] as string)
  const failed = number % 200 === 7
  const row = {
    ...{ id, product: PRODUCT, cohort: number % 10 === 3 ? 'pilot' : 'field' },
    ...{ enrolled_at: NOW - (number % 900) * DAY, revoked_at: null, online: number % 3 ? 1 : 0 },
    last_seen_at: NOW - (number % 50 === 0 ? (number % 200) * DAY : number % 50_000),
    ...{ state: failed ? 'failed' : 'idle', code: failed ? 'SELF_TEST_FAILED' : null },
    ...{ waiting_for: null, version, version_key: versionKey(version) ?? null },
    ...{ security_counter: 3, rollout: '1-5-0-ab12' },
    integrity: number % 5000 === 11 ? 'corrupt' : 'ok',
    quarantined_at: number % 10_000 === 1 ? NOW : null,
    test: number % 20_000 === 5 ? 1 : 0,
  }
  const set = new Map<string, string | number>([
    ['batch', `b${String(number % 2000).padStart(4, '0')}`],
    ...(number % 20 === 0 ? [] : [['region', ['eu', 'us', 'asia'][number % 3] ?? ''] as const]),
  ])
  const reported = new Map([
    ['model', 'L1'],
    ['memory', String(256 * (1 + (number % 5)))],
  ])
  const attributes = [
    ...attributeRows({ product: PRODUCT, device: id, source: 'operator' }, set),
    ...attributeRows({ product: PRODUCT, device: id, source: 'device' }, reported),
  ]
  return { row, attributes }
}
