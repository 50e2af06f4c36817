/** What is there before migration 0004 is there behind it, in its new places. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { connectDatabase, openDatabase } from '../../src/adapters/sql/database.ts'
import { SqlDeviceSearch } from '../../src/adapters/sql/devices/device-search.ts'
import { migrations } from '../../src/adapters/sql/migrations/list.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { parseFilter } from '../../src/devices/filter/parse-filter.ts'
import { ENGINES, emptyPlace } from '../support/engines.ts'

const PRODUCT = 'lumen-gateway-g1'
const COUNT = 450

for (const engine of ENGINES) {
  test(`a fleet of the version before goes on, with its inventories as attributes (${engine})`, async (t) => {
    const place = await emptyPlace(engine, t)
    const before = connectDatabase(place)
    const provider = { getMigrations: async () => migrations }
    const migrator = new Migrator({ db: before, provider })
    const { error } = await migrator.migrateTo('0003-activity-logs')
    assert.equal(error, undefined)
    await fillOld(before as unknown as Kysely<unknown>)
    await before.destroy()

    const database = await openDatabase(place)
    try {
      const { devices, cohorts, deviceSearch } = sqlStores(database)
      const device = await devices.find(PRODUCT, 'old-0007')
      assert.deepEqual(
        [device?.version, device?.integrity, device?.reports, device?.nonce, device?.log?.seq],
        ['1.4.2', 'corrupt', { last: 7, missing: 1, unchained: 2, refused: 3 }, 'nonce-7', 9],
      )
      assert.deepEqual(device?.inventory, { model: 'L1', memory: '7' })
      const found = async (text: string) => {
        const query = { product: PRODUCT, filter: parseFilter(text), now: 0 }
        const ids = await new SqlDeviceSearch(database, 0).page(query, { limit: 1000 })
        assert.deepEqual(await deviceSearch.page(query, { limit: 1000 }), ids)
        return ids.length
      }
      assert.equal(await found('version < 1.4.3 and device.model = "L1"'), COUNT)
      assert.equal(await found('device.memory >= 400'), 50)
      assert.equal(await found('integrity = corrupt'), 1)
      assert.equal(await found('not has device.memory'), 0)
      const names = (await cohorts.list(PRODUCT, { limit: 10 })).map(({ name, devices: count }) => [
        name,
        count,
      ])
      assert.deepEqual(names, [
        ['everyone', COUNT],
        ['token-only', 0],
      ])
    } finally {
      await database.destroy()
    }
  })
}

async function fillOld(database: Kysely<unknown>): Promise<void> {
  await sql`insert into products (id, created_at) values (${PRODUCT}, 1)`.execute(database)
  await sql`insert into enrolment_tokens (id, secret_sha256, product, cohort, expires_at, created_at)
    values ('a', 'b', ${PRODUCT}, 'token-only', 1, 1)`.execute(database)
  for (let i = 0; i < COUNT; i += 1) {
    const claims = JSON.stringify(i === 7 ? { integrity: 'corrupt' } : {})
    const inventory = JSON.stringify({ model: 'L1', memory: String(i) })
    await sql`insert into devices (id, product, cohort, enrolled_at, version, claims, inventory, nonce,
        report_seq, reports_missing, reports_unchained, reports_refused, log_seq, log_hash)
      values (${`old-${String(i).padStart(4, '0')}`}, ${PRODUCT}, 'everyone', 5, '1.4.2', ${claims},
        ${inventory}, ${`nonce-${i}`}, ${i}, 1, 2, 3, 9, 'h')`.execute(database)
  }
}
