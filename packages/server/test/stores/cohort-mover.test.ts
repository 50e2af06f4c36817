/** Rules at work on a whole fleet, on both engines. */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { CohortMover } from '../../src/devices/cohorts/cohort-mover.ts'
import { eachEngine } from '../support/engines.ts'
import { fleet, keepFleet, NOW, PRODUCT } from '../support/filtered-fleet.ts'

const DEVICES = fleet(250).map((device) => ({
  ...device,
  cohort: 'everyone',
  revokedAt: undefined,
}))

async function moverOn(database: Kysely<Tables>, rules: Record<string, string>) {
  await keepFleet(database, DEVICES)
  const stores = sqlStores(database)
  const clock = { seconds: NOW, now: () => new Date(clock.seconds * 1000) }
  for (const cohort of Object.keys(rules)) await stores.cohorts.ensure(PRODUCT, cohort, NOW)
  const written = Object.entries(rules).map(([cohort, filter]) => ({ cohort, filter }))
  await stores.cohorts.setRules(PRODUCT, written)
  const told: string[] = []
  const joined: string[] = []
  const mover = new CohortMover({
    ...{ stores, clock, log: pino({ level: 'silent' }) },
    door: {
      joined: async (within, { device, cohort }) => {
        // In the transaction that moves it.
        assert.equal((await within.fleet.find(PRODUCT, device))?.cohort, cohort)
        joined.push(device)
      },
      reachChanged: () => assert.fail('rules move whom they were approved to move'),
    },
    moved: (_product, device) => void told.push(device),
  })
  const inCohort = async (cohort: string) => {
    const query = { product: PRODUCT, cohort, now: clock.seconds }
    return stores.deviceSearch.page(query, { limit: 1000 })
  }
  return { stores, clock, mover, told, joined, inCohort }
}

eachEngine('a tick moves whom the rules mean by now, and nobody twice', async (database) => {
  const silent = 'has lastSeen and lastSeen > 4d'
  const { clock, mover, told, joined, inCohort } = await moverOn(database, {
    silent,
    tests: 'test',
  })
  await mover.tick()
  const tests = DEVICES.filter(({ isTest, isPinned }) => isTest && !isPinned).map(({ id }) => id)
  assert.deepEqual(await inCohort('silent'), [])
  assert.deepEqual(await inCohort('tests'), tests.toSorted())
  assert.deepEqual([told.toSorted(), joined.toSorted()], [tests.toSorted(), tests.toSorted()])

  await mover.tick()
  assert.equal(told.length, tests.length)

  // Time alone changes what the first rule means; it decides before the second.
  clock.seconds += 10 * 86_400
  await mover.tick()
  const seen = DEVICES.filter(({ lastSeenAt, isPinned }) => lastSeenAt !== undefined && !isPinned)
  const ids = seen.map(({ id }) => id).toSorted()
  assert.ok(ids.length > 100, 'more than one transaction')
  assert.deepEqual(await inCohort('silent'), ids)
  const audited = await database
    .selectFrom('audit_entries')
    .select('subject')
    .where('action', '=', 'device.moved-by-rule')
    .execute()
  assert.equal(audited.length, told.length)
})

eachEngine(
  'a device that a report changed is asked about, and pinned ones stay',
  async (database) => {
    const { mover, told, inCohort } = await moverOn(database, { all: 'id ~ ""' })
    const pinned = DEVICES.find(({ isPinned }) => isPinned)?.id ?? ''
    const free = DEVICES.find(({ isPinned }) => !isPinned)?.id ?? ''
    for (const device of [pinned, free, 'nobody']) mover.changed(PRODUCT, device)
    await mover.settled()
    assert.deepEqual(told, [free])
    assert.deepEqual(await inCohort('all'), [free])
    await mover.stop()
  },
)

eachEngine('a rule that cannot be read keeps all devices where they are', async (database) => {
  const { mover, told } = await moverOn(database, { broken: 'no filter', all: 'id ~ ""' })
  await mover.tick()
  assert.deepEqual(told, [])
})
