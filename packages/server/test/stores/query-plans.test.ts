/**
 * What is asked of tables with a million rows begins with what it is about: SQLite chooses its way by the words of a
 * question alone, and one word more lets it read through everything for each row. CRA P-039, P-111
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CompiledQuery, type Kysely } from 'kysely'
import { openDatabase, type Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { CORRUPT, FLAPPING, SILENT } from '../../src/attention/sources/devices.ts'
import { parseFilter } from '../../src/devices/filter/parse-filter.ts'
import type { Stores } from '../../src/stores.ts'

async function emptyDatabase(context: TestContext): Promise<Kysely<Tables>> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-plans-'))
  const database = await openDatabase({ file: join(folder, 'fleetward.db') })
  context.after(async () => {
    await database.destroy()
    rmSync(folder, { recursive: true })
  })
  return database
}

/** By which ways SQLite goes when this is asked. */
async function waysOf(
  database: Kysely<Tables>,
  ask: (stores: Stores) => Promise<unknown>,
): Promise<readonly string[]> {
  const asked: CompiledQuery[] = []
  const executor = database.getExecutor()
  const execute = executor.executeQuery.bind(executor)
  executor.executeQuery = (query, ...more) => {
    asked.push(query)
    return execute(query, ...more)
  }
  try {
    await ask(sqlStores(database))
  } finally {
    executor.executeQuery = execute
  }
  const ways: string[] = []
  for (const { sql, parameters } of asked) {
    const explained = CompiledQuery.raw(`EXPLAIN QUERY PLAN ${sql}`, [...parameters])
    const { rows } = await database.executeQuery<{ detail: string }>(explained)
    ways.push(...rows.map(({ detail }) => detail))
  }
  return ways
}

test('records are looked up by the names of components, not read through', async (context) => {
  const database = await emptyDatabase(context)
  const keys = ['lodash', 'minimist'].map((name) => ({
    ...{ kind: 'package' as const, space: 'npm', name },
  }))
  const ways = await waysOf(database, ({ feeds }) => feeds.byKeys(keys))
  assert.deepEqual(
    ways.filter((way) => / [kv] /.test(way)),
    [
      'SEARCH v USING INDEX sqlite_autoindex_vulnerabilities_1 (generation=? AND number=?)',
      'SEARCH k USING INDEX vulnerability_keys_by_name (kind=? AND space=? AND name=? AND generation=?)',
    ],
  )
})

test('of a device that came back only its own stays are looked at', async (context) => {
  const database = await emptyDatabase(context)
  const on = { product: 'lumen-gateway-g1', versions: ['1.4.2', '1.4.3'] }
  for (const others of [[], ['9.9.9']]) {
    const ways = await waysOf(database, ({ exposure }) =>
      exposure.protectedBySteps(on, { knownAt: 1_790_000_000, others }),
    )
    assert.deepEqual(
      ways.filter((way) => way.includes(' stay ')),
      [
        'SEARCH stay USING COVERING INDEX device_stays_by_version (product=? AND version=? AND until>?)',
        'SEARCH stay USING PRIMARY KEY (device=?)',
        'SEARCH stay USING PRIMARY KEY (device=?)',
      ],
    )
  }
})

test('what needs a person now reads no table of devices through, and looks up no row for a count', async (context) => {
  const database = await emptyDatabase(context)
  const product = 'lumen-gateway-g1'
  const on = { product, versions: ['1.4.2'] }
  const running = await waysOf(database, ({ exposure }) => exposure.running(on))
  assert.deepEqual(running, [
    'SEARCH devices USING COVERING INDEX devices_exposed (product=? AND version_key=?)',
  ])
  const counted = async (text: string) => {
    const query = { product, filter: parseFilter(text), now: 1_790_000_000 }
    const ways = await waysOf(database, ({ deviceSearch }) => deviceSearch.count(query))
    return ways.filter((way) => way.includes('devices')).at(-1)
  }
  const narrow = 'SEARCH devices USING COVERING INDEX devices_scanned (product=?)'
  assert.equal(await counted(SILENT), narrow)
  // When many flap or are corrupt, they are read through as all others; few are looked up by an index that has them alone.
  assert.equal(await counted('not flapping'), narrow)
  assert.equal(await counted('not integrity = corrupt'), narrow)
  const corrupt = { product, filter: parseFilter(CORRUPT), now: 1_790_000_000 }
  const toCorrupt = await waysOf(database, ({ deviceSearch }) => deviceSearch.count(corrupt))
  assert.deepEqual(
    [...new Set(toCorrupt.filter((way) => way.includes('devices_corrupt')))],
    [
      'SEARCH devices USING COVERING INDEX devices_corrupt (product=?)',
      'SEARCH devices USING INDEX devices_corrupt (product=?)',
    ],
  )
  const suspects = await waysOf(database, ({ caseSuggestions }) => caseSuggestions.corrupt(10))
  assert.match(suspects.join(), /devices_corrupt/)
  const few = { product, filter: parseFilter(FLAPPING), now: 1_790_000_000 }
  const ways = await waysOf(database, ({ deviceSearch }) => deviceSearch.count(few))
  assert.deepEqual(
    [...new Set(ways.filter((way) => way.includes('devices_flapping')))],
    [
      'SEARCH devices USING COVERING INDEX devices_flapping (product=? AND flapped_at>? AND flapped_at<?)',
    ],
  )
})

test('what expires is asked without the bytes of it, and of the newest versions alone', async (context) => {
  const database = await emptyDatabase(context)
  const ways = await waysOf(database, ({ metadata }) => metadata.expiries('lumen-gateway-g1'))
  assert.deepEqual(
    ways.filter((way) => / (metadata|later) /.test(way)),
    [
      'SEARCH metadata USING INDEX sqlite_autoindex_metadata_1 (product=?)',
      'SEARCH later USING COVERING INDEX sqlite_autoindex_metadata_1 (product=? AND role=? AND version>?)',
    ],
  )
})

test('the curve of a rollout is counted along one index, and its history looked up by its name', async (context) => {
  const database = await emptyDatabase(context)
  const rollout = { product: 'lamp', id: '1-4-3-0123', attempt: 2 }
  const ways = await waysOf(database, ({ members }) => members.endedBy(rollout, [1, 2, 3]))
  const between =
    'SEARCH member USING COVERING INDEX rollout_members_ended (product=? AND rollout=? AND end_as=? AND end_at>? AND end_at<?)'
  assert.deepEqual(
    ways.filter((way) => way.includes(' member ')),
    [between, between],
  )
  const last = await waysOf(database, ({ members }) => members.lastEnd(rollout))
  const ofAll =
    'SEARCH member USING COVERING INDEX rollout_members_ended (product=? AND rollout=? AND end_as=?)'
  assert.deepEqual(
    last.filter((way) => way.includes(' member ')),
    [ofAll, ofAll],
  )
  const history = await waysOf(database, ({ audit }) =>
    audit.find({ products: ['lamp'], subject: 'rollout/r', outcome: 'done', limit: 200 }),
  )
  assert.deepEqual(history, [
    'SEARCH audit_entries USING INDEX audit_entries_by_subject (subject=?)',
  ])
})

test('who has succeeded is counted by group from an index of them alone', async (context) => {
  const database = await emptyDatabase(context)
  const counting = {
    ...{ product: 'lamp', id: 'r', cohort: 'homes', attempt: 1, version: '1.4.3' },
    ...{ overtakenBy: undefined, silence: { offered: 0, underWay: 0 } },
  }
  const ways = await waysOf(database, ({ members }) => members.progress(counting, 2))
  assert.deepEqual(
    ways.filter((way) => way.includes('COVERING')),
    [
      'SEARCH rollout_members USING COVERING INDEX rollout_members_in_line (product=? AND rollout=?)',
      'SEARCH rollout_members USING COVERING INDEX rollout_members_done (product=? AND rollout=?)',
    ],
  )
})

test('a preview reads the devices of its cohort in their order, and nothing else of the fleet', async (context) => {
  const database = await emptyDatabase(context)
  const counting = {
    ...{ product: 'lumen-gateway-g1', id: 'r', cohort: 'homes', attempt: 1, version: '1.4.3' },
    ...{ overtakenBy: undefined, silence: { offered: 0, underWay: 0 } },
  }
  const ways = await waysOf(database, ({ members }) =>
    members.candidates(counting, { after: 'D-1', limit: 5_000 }),
  )
  assert.deepEqual(ways, [
    'SEARCH device USING INDEX devices_by_cohort (product=? AND cohort=? AND id>?)',
  ])
})
