/** Devices that come and go are counted where their presence is written, and a filter finds them for an hour. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { PresenceChange } from '../../src/devices/device-store.ts'
import { matches } from '../../src/devices/filter/matches.ts'
import { parseFilter } from '../../src/devices/filter/parse-filter.ts'
import { isFlapping } from '../../src/devices/flapping.ts'
import { eachEngine } from '../support/engines.ts'

const PRODUCT = 'lumen-gateway-g1'
const NOW = 1_795_000_000
const MINUTE = 60
const HOUR = 3600
const FLAPPING = parseFilter('flapping')

async function fleetOf(database: Kysely<Tables>, ids: readonly string[]) {
  await database.insertInto('products').values({ id: PRODUCT, created_at: 0 }).execute()
  const unheard = {
    ...{ product: PRODUCT, cohort: 'field', enrolled_at: NOW, revoked_at: null },
    ...{ last_seen_at: null, state: null, waiting_for: null, version: null, version_key: null },
    ...{ security_counter: null, rollout: null, code: null, integrity: null },
  }
  for (let at = 0; at < ids.length; at += 500) {
    const some = ids.slice(at, at + 500)
    await database
      .insertInto('devices')
      .values(some.map((id) => ({ ...unheard, id })))
      .execute()
    await database
      .insertInto('device_heads')
      .values(some.map((device) => ({ device })))
      .execute()
  }
  const { devices, deviceSearch, fleet } = sqlStores(database)
  return {
    note: (changes: Readonly<Record<string, PresenceChange>>, at: number) =>
      devices.notePresence(new Map(Object.entries(changes)), at),
    /** As the database finds them, counts them, and as each is at hand. */
    flapping: async (now: number) => {
      const query = { product: PRODUCT, filter: FLAPPING, now }
      const found = await deviceSearch.page(query, { limit: 1000 })
      assert.equal(await deviceSearch.count(query), found.length)
      const others = await deviceSearch.page(
        { ...query, filter: parseFilter('not flapping') },
        { limit: 1000 },
      )
      assert.equal(found.length + others.length, ids.length)
      for (const id of [...found, ...others].slice(0, 20)) {
        const device = await fleet.find(PRODUCT, id)
        assert.ok(device !== undefined)
        assert.equal(matches(FLAPPING, device, now), found.includes(id))
      }
      return found
    },
  }
}

const NEVER = { count: 0, since: Number.NEGATIVE_INFINITY, flappedAt: undefined }
const CAME: PresenceChange = { online: true, connections: 1 }

eachEngine('a device flaps with the seventh connection in an hour, for an hour', async (on) => {
  const { note, flapping } = await fleetOf(on, ['calm', 'flaps', 'talks'])
  for (let minute = 0; minute < 60; minute += 9) {
    const at = NOW + minute * MINUTE
    assert.deepEqual(await flapping(at), [])
    const slower: Record<string, PresenceChange> = minute < 54 ? { calm: CAME } : {}
    await note({ flaps: CAME, talks: { online: true, refusedReports: 1 }, ...slower }, at)
    await note({ flaps: { online: false } }, at + 1)
  }
  const last = NOW + 54 * MINUTE
  assert.deepEqual(await flapping(last), ['flaps'])
  assert.deepEqual(await flapping(last + HOUR - 1), ['flaps'])
  assert.deepEqual(await flapping(last + HOUR), [], 'yesterday is not now')
  // A calm device that goes on as it did, every ten minutes.
  for (let minute = 60; minute < 600; minute += 10) {
    await note({ calm: CAME }, NOW + minute * MINUTE)
    assert.deepEqual((await flapping(NOW + minute * MINUTE)).includes('calm'), false)
  }
})

eachEngine('who goes on flapping is found without a gap, and is let go afterwards', async (on) => {
  const { note, flapping } = await fleetOf(on, ['flaps'])
  for (let minute = 0; minute < 300; minute += 5) {
    const at = NOW + minute * MINUTE
    await note({ flaps: CAME }, at)
    assert.deepEqual(await flapping(at), minute < 30 ? [] : ['flaps'], `minute ${minute}`)
  }
  const row = () => on.selectFrom('devices').select('flapped_at').executeTakeFirstOrThrow()
  await note({ flaps: { online: false } }, NOW + 400 * MINUTE)
  assert.deepEqual(await flapping(NOW + 400 * MINUTE), [])
  await note({ flaps: CAME }, NOW + 401 * MINUTE)
  assert.equal((await row()).flapped_at, null, 'the index holds nobody who flapped long ago')
})

eachEngine('a clock that is set back or ahead makes nobody flap, and keeps nobody', async (on) => {
  const { note, flapping } = await fleetOf(on, ['calm', 'flaps'])
  await note(
    { flaps: { online: true, connections: 7 }, calm: { online: true, connections: 4 } },
    NOW,
  )
  assert.deepEqual(await flapping(NOW), ['flaps'])
  // Of a second server, whose clock is a little behind.
  assert.deepEqual(await flapping(NOW - 2), ['flaps'])
  const back = NOW - 365 * 24 * HOUR
  assert.deepEqual(await flapping(back), [])
  await note({ flaps: CAME, calm: { online: true, connections: 4 } }, back)
  assert.deepEqual(await flapping(back), [], 'counted anew')
  const ahead = NOW + 365 * 24 * HOUR
  await note({ flaps: { online: true, connections: 6 }, calm: CAME }, ahead)
  assert.deepEqual(await flapping(ahead), [])
  await note({ flaps: CAME }, ahead + 1)
  assert.deepEqual(await flapping(ahead + 1), ['flaps'], 'the seventh since the clock is right')
})

eachEngine('the count is what a count by hand is, however connections fall', async (on) => {
  const { note, flapping } = await fleetOf(on, ['a', 'b', 'c'])
  const step = fc.record({
    pass: fc.oneof(
      fc.integer({ min: 0, max: 900 }),
      fc.constantFrom(HOUR - 1, HOUR, HOUR + 1, -HOUR, -30),
    ),
    came: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 9 })),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const none = { connections: 0, connections_since: null, flapped_at: null }
      await on.updateTable('devices').set(none).execute()
      const hours = new Map<
        string,
        { count: number; since: number; flappedAt: number | undefined }
      >()
      let now = NOW
      for (const { pass, came } of steps) {
        now += pass
        const changes: Record<string, PresenceChange> = {}
        for (const [id, connections] of Object.entries(came)) {
          changes[id] = { online: true, connections }
          if (connections === 0) continue
          const before = hours.get(id) ?? NEVER
          const runs = before.since <= now && now < before.since + HOUR
          const hour = runs ? before : { ...before, count: 0, since: now }
          const count = hour.count + connections
          const flapped = count > 6 ? now : hour.flappedAt
          // Forgotten with a connection when it is over; a clock that goes back brings none of it back.
          const flappedAt = isFlapping(flapped, now) ? flapped : undefined
          hours.set(id, { count, since: hour.since, flappedAt })
        }
        await note(changes, now)
        const meant = [...hours].filter(([, { flappedAt }]) => isFlapping(flappedAt, now))
        assert.deepEqual(await flapping(now), meant.map(([id]) => id).toSorted())
      }
    }),
    { numRuns: 30 },
  )
})

eachEngine(
  'a fleet that comes back at once is counted by the writes it costs anyway',
  async (on) => {
    const ids = Array.from(
      { length: 1000 },
      (_, index) => `lumen-${String(index).padStart(4, '0')}`,
    )
    const { note, flapping } = await fleetOf(on, ids)
    const all = (change: PresenceChange) => Object.fromEntries(ids.map((id) => [id, change]))
    const costs = async (change: PresenceChange) => {
      const asked: string[] = []
      const executor = Object.getPrototypeOf(on.getExecutor())
      const execute = executor.executeQuery
      executor.executeQuery = function (query: { sql: string }, ...more: unknown[]) {
        asked.push(query.sql)
        return execute.call(this, query, ...more)
      }
      try {
        await note(all(change), NOW)
      } finally {
        executor.executeQuery = execute
      }
      return asked.filter((text) => text.startsWith('update "devices"')).length
    }
    assert.deepEqual([await costs({ online: true }), await costs(CAME)], [1, 1])
    for (let times = 2; times < 7; times += 1) await note(all(CAME), NOW + times)
    assert.deepEqual(await flapping(NOW + 6), [])
    await note(all(CAME), NOW + 7)
    assert.equal((await flapping(NOW + 7)).length, 1000)
  },
)
