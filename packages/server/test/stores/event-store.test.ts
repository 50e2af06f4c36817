import assert from 'node:assert/strict'
import { engineOf } from '../../src/adapters/sql/engine.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { NewEvent } from '../../src/events/event-store.ts'
import { eachEngine } from '../support/engines.ts'

const AT = 1_790_000_000
const event = (more: Partial<NewEvent> = {}): NewEvent => ({
  ...{ at: AT, type: 'rollout.stopped', product: 'lumen', data: { rollout: 'r1' }, ...more },
})

eachEngine('an event is there with its transaction and not without it', async (database) => {
  const stores = sqlStores(database)
  await stores.transaction(({ events }) => events.add(event()))
  const failed = stores.transaction(async ({ events }) => {
    await events.add(event())
    throw new Error('the change failed')
  })
  await assert.rejects(failed, /the change failed/)
  assert.equal(await stores.events.order(), 1)
  assert.equal(await stores.events.order(), 0)
  const [only, ...others] = await stores.events.after(0, 10)
  assert.deepEqual(others, [])
  assert.deepEqual(only, { ...event(), id: only?.id, position: 1 })
  assert.deepEqual(await stores.events.find(only?.id ?? ''), only)
})

eachEngine(
  'whoever reads on from a position misses nothing that became visible late',
  async (database) => {
    const { events } = sqlStores(database)
    // PostgreSQL: one transaction writes first and is committed last.
    const mayEnd = Promise.withResolvers<void>()
    const written = Promise.withResolvers<void>()
    const late = database.transaction().execute(async (transaction) => {
      await sqlStores(transaction).events.add(event({ type: 'device.quarantined' }))
      written.resolve()
      await mayEnd.promise
    })
    await written.promise
    const other = events.add(event())
    // SQLite lets the other one wait until the late one is through.
    const isBeside = engineOf(database) === 'postgres'
    if (isBeside) {
      await other
      await events.order()
    }
    const read = isBeside ? await events.after(0, 10) : []
    mayEnd.resolve()
    await late
    await other
    await events.order()
    const after = await events.after(read.at(-1)?.position ?? 0, 10)
    const types = [...read, ...after].map(({ type }) => type)
    assert.deepEqual(types.toSorted(), ['device.quarantined', 'rollout.stopped'])
    assert.deepEqual(
      [...read, ...after].map(({ position }) => position),
      [1, 2],
    )
  },
)

eachEngine(
  'old events are deleted in batches; positions go on where they were',
  async (database) => {
    const { events } = sqlStores(database)
    for (let at = 0; at < 6; at += 1) await events.add(event({ at: AT + at }))
    // What has no position yet was told to nobody: it stays.
    assert.equal(await events.deleteBefore(AT + 100, 10), 0)
    await events.order()
    assert.equal(await events.deleteBefore(AT + 5, 3), 3)
    assert.equal(await events.deleteBefore(AT + 5, 3), 2)
    assert.equal(await events.deleteBefore(AT + 5, 3), 0)
    await events.deleteBefore(AT + 100, 10)
    await events.add(event())
    await events.order()
    assert.deepEqual(
      (await events.after(0, 10)).map(({ position }) => position),
      [7],
    )
    assert.equal(await events.lastPosition(), 7)
  },
)

eachEngine(
  'an event carries no secret and nothing long, whatever it is given',
  async (database) => {
    const { events } = sqlStores(database)
    const secret = `fwt_0123456789abcdef_${'s'.repeat(43)}`
    const data = { share: 0.25, token: 'x', note: `see ${secret}`, list: Array(5_000).fill('long') }
    await events.add(event({ data }))
    await events.order()
    const [told] = await events.after(0, 1)
    const text = JSON.stringify(told?.data)
    assert.ok(text.length < 4_000 && !text.includes('sss'))
    assert.match(text, /"share":0\.25/)
    assert.match(text, /"token":"\[removed\]"/)
  },
)
