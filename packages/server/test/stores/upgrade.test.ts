/**
 * A server that is upgraded finds everything of the version before: a database as 0.1.0 left it, with a device, its
 * reports and a running rollout, is opened by this version, on both engines.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { connectDatabase, openDatabase } from '../../src/adapters/sql/database.ts'
import { SqlDeviceStore } from '../../src/adapters/sql/devices/device-store.ts'
import { SqlEnrolmentStore } from '../../src/adapters/sql/devices/enrolment-store.ts'
import { migrations } from '../../src/adapters/sql/migrations/list.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { ENGINES, emptyPlace } from '../support/engines.ts'

const MIGRATING = join(import.meta.dirname, '../support/killed-migration.ts')
const LAST_OF_0_1_0 = '0003-activity-logs'
const DIGEST = 'a'.repeat(64)

const content = [
  "INSERT INTO products VALUES ('lamp', 1000)",
  `INSERT INTO releases VALUES ('lamp', '1.4.3', 'security', 'security/1.4.3/lamp.tar', '${DIGEST}', '{}', 1, 1001, NULL)`,
  `INSERT INTO rollouts VALUES ('lamp', '1-4-3-aa', '1.4.3', 'homes', 'running', 2, 500, 'salt',
    '{"apply":"automatic","spread":0,"retryAfter":300}', '{"summary":"Fixes","severity":"high","advisories":[]}', 3, 1002, 1003)`,
  `INSERT INTO devices (id, product, cohort, enrolled_at, report_seq, report_digest, state, version, security_counter, rollout, claims, inventory, nonce, command_seq)
    VALUES ('L1', 'lamp', 'homes', 1004, 7, '${DIGEST}', 'idle', '1.4.3', 3, '1-4-3-aa', '{"integrity":"ok"}', '{"kernel":"6.1"}', 'nonce', 9)`,
  "INSERT INTO devices (id, product, cohort, enrolled_at, revoked_at) VALUES ('L2', 'lamp', 'homes', 1004, 1005)",
  `INSERT INTO reports VALUES ('L1', 7, 1006, '${DIGEST}', 'a.eyJ2ZXJzaW9uIjoiMS40LjMifQ.c', 'idle', NULL, '1.4.3', '1-4-3-aa', NULL, NULL, 0, 1)`,
  `INSERT INTO rollout_devices (product, rollout, device, attempt, release_version, state, committed, failed, changed_at)
    VALUES ('lamp', '1-4-3-aa', 'L1', 2, '1.4.3', 'idle', 1, 0, 1006)`,
  "INSERT INTO commands (product, device, command, arguments, state, created_at) VALUES ('lamp', 'L1', 'check-now', '{}', 'pending', 1007)",
]

for (const engine of ENGINES) {
  test(`an upgrade keeps devices, reports and rollouts of the version before (${engine})`, async (t) => {
    const place = await emptyPlace(engine, t)
    const before = connectDatabase(place) as Kysely<unknown>
    await migrateTo(before, LAST_OF_0_1_0)
    for (const statement of content) await sql.raw(statement).execute(before)
    await before.destroy()

    const database = await openDatabase(place)
    t.after(() => database.destroy())
    const devices = new SqlDeviceStore(database)
    const device = await devices.find('lamp', 'L1')
    assert.deepEqual(
      [device?.version, device?.cohort, device?.reports.last, device?.inventory, device?.nonce],
      ['1.4.3', 'homes', 7, { kernel: '6.1' }, 'nonce'],
    )
    assert.equal((await devices.find('lamp', 'L2'))?.revokedAt, 1005)
    assert.equal((await devices.reports('L1', { limit: 10 }))[0]?.seq, 7)
    assert.equal((await new SqlEnrolmentStore(database).findDevice('L1'))?.cohort, 'homes')
    const rollout = await sqlStores(database).rollouts.find('lamp', '1-4-3-aa')
    assert.deepEqual(
      [rollout?.state, rollout?.attempt, rollout?.share.upTo, rollout?.notice.severity],
      ['running', 2, 500, 'high'],
    )
    const { members } = sqlStores(database)
    const reported = await members.reported({ product: 'lamp', id: '1-4-3-aa', attempt: 2 })
    assert.deepEqual([reported.committed, reported.failed], [1, 0])
    // Nobody asked it to stop itself, so it does not begin to at its first look.
    const [group] = rollout?.plan.groups ?? []
    assert.ok((group?.error.minimum ?? 0) > 1_000_000)
  })

  test(`standards of the facts are declared standards after an upgrade, in every version (${engine})`, async (t) => {
    const place = await emptyPlace(engine, t)
    const before = connectDatabase(place) as Kysely<unknown>
    await migrateTo(before, '0023-feed-sources')
    const standards = [{ title: 'EN 18031-1', version: '2024', isCited: true }]
    const versions = [
      { name: 'The "standards" lamp', standards },
      { notApplicable: { standards: 'None is cited yet', pictures: 'It has no case' } },
      { name: 'Lamp' },
    ]
    await sql.raw("INSERT INTO products (id, created_at) VALUES ('lamp', 1000)").execute(before)
    for (const [index, facts] of versions.entries()) {
      const row = sql`('lamp', ${index + 1}, 1000, 'acc-1', ${JSON.stringify(facts)})`
      await sql`INSERT INTO product_facts VALUES ${row}`.execute(before)
    }
    await before.destroy()

    const database = await openDatabase(place)
    t.after(() => database.destroy())
    const { facts } = sqlStores(database)
    const read = await facts.list('lamp', { before: undefined, limit: 10 })
    assert.deepEqual(
      read.map((version) => version.facts),
      [
        { name: 'Lamp' },
        { notApplicable: { declaredStandards: 'None is cited yet', pictures: 'It has no case' } },
        { name: 'The "standards" lamp', declaredStandards: standards },
      ],
    )
  })

  test(`opening a database again changes nothing (${engine})`, async (t) => {
    const place = await emptyPlace(engine, t)
    const first = await openDatabase(place)
    await sqlStores(first).products.add({ id: 'lamp', createdAt: 1 })
    await first.destroy()
    const second = await openDatabase(place)
    t.after(() => second.destroy())
    assert.deepEqual(await sqlStores(second).products.all(), [{ id: 'lamp', createdAt: 1 }])
  })
}

async function migrateTo(database: Kysely<unknown>, last: string): Promise<void> {
  const known = Object.entries(migrations).filter(([name]) => name <= last)
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => Object.fromEntries(known) },
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

test('a server that is killed among the migrations finds its database as it was, and goes on', async (t) => {
  const place = await emptyPlace('SQLite', t)
  assert.ok('file' in place)
  const before = connectDatabase(place) as Kysely<unknown>
  await migrateTo(before, LAST_OF_0_1_0)
  for (const statement of content) await sql.raw(statement).execute(before)
  await before.destroy()
  let killed = 0
  for (let at = 5; await isKilledAt(at, place.file); at += 23) killed += 1
  assert.ok(killed >= 5, `killed ${killed} times`)
  const database = await openDatabase(place)
  t.after(() => database.destroy())
  assert.equal((await new SqlDeviceStore(database).find('lamp', 'L1'))?.version, '1.4.3')
})

/** A process that opens the database and is killed before its statement of that number; false when it came to its end. */
async function isKilledAt(at: number, file: string): Promise<boolean> {
  const child = spawn(process.execPath, [MIGRATING, file, String(at)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [status, signal] = await once(child, 'exit')
  assert.ok(signal === 'SIGKILL' || status === 0, `ended with ${status ?? signal}`)
  return signal === 'SIGKILL'
}
