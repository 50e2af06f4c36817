import assert from 'node:assert/strict'
import { SqlInboxStore } from '../../src/adapters/sql/broker/inbox-store.ts'
import { HOLD_SECONDS } from '../../src/broker/inbox-store.ts'
import { eachEngine } from '../support/engines.ts'

const SERVER = 'fleetward-server'

eachEngine(
  'the leader’s inbox has one name, which nobody can guess, whoever leads',
  async (database) => {
    const stores = [new SqlInboxStore(database, SERVER), new SqlInboxStore(database, SERVER)]
    const names = await Promise.all(stores.map((store) => store.ofLeader()))
    assert.match(names[0] ?? '', /^fleetward-server-[0-9a-f]{32}$/)
    assert.deepEqual([names[1], await stores[0]?.ofLeader()], [names[0], names[0]])
  },
)

eachEngine('an inbox is held by one server for as long as it renews its hold', async (database) => {
  const store = new SqlInboxStore(database, SERVER)
  const first = await store.take('a', 1000)
  const second = await store.take('b', 1000)
  assert.notEqual(first, second)
  assert.equal(await store.hold(first, 'a', 1000 + HOLD_SECONDS - 1), true)
  assert.equal(await store.hold(first, 'b', 1000 + HOLD_SECONDS - 1), false)
  assert.equal(await store.takeAbandoned('c', 1000 + HOLD_SECONDS - 1), undefined)
  assert.equal(await store.takeAbandoned('c', 1000 + HOLD_SECONDS), second)
  assert.equal(await store.hold(second, 'b', 1000 + HOLD_SECONDS), false)
})

eachEngine('an inbox that was released is the next server’s', async (database) => {
  const store = new SqlInboxStore(database, SERVER)
  const name = await store.take('a', 1000)
  await store.release(name, 'b')
  assert.equal(await store.takeAbandoned('c', 1001), undefined)
  await store.release(name, 'a')
  assert.equal(await store.take('b', 1001), name)
})

eachEngine('of two servers that want an abandoned inbox one gets it', async (database) => {
  const store = new SqlInboxStore(database, SERVER)
  const name = await store.take('a', 1000)
  await store.release(name, 'a')
  const taken = await Promise.all(['b', 'c'].map((holder) => store.takeAbandoned(holder, 1001)))
  assert.deepEqual(
    taken.filter((one) => one !== undefined),
    [name],
  )
})

eachEngine(
  'the leader’s inbox moves: the one before is emptied later and then forgotten',
  async (database) => {
    const store = new SqlInboxStore(database, SERVER)
    const old = await store.ofLeader()
    const { before, clientId } = await store.moveLeader(1000)
    assert.deepEqual([before, await store.ofLeader()], [old, clientId])
    assert.equal(await store.takeAbandoned('a', 1000), undefined)
    assert.equal(await store.takeAbandoned('a', 1000 + HOLD_SECONDS), old)
    await store.forget(old, 'a')
    await store.forget(clientId, null)
    assert.equal(await store.takeAbandoned('a', 9999), undefined)
    assert.equal(await store.ofLeader(), clientId)
  },
)

eachEngine(
  'an inbox that its late holder may have brought to life again is emptied once more',
  async (database) => {
    const store = new SqlInboxStore(database, SERVER)
    const name = await store.take('late', 1000)
    assert.equal(await store.takeAbandoned('leader', 1000 + HOLD_SECONDS), name)
    await store.abandon(name)
    // It was emptied, but not by its holder any more.
    await store.forget(name, 'leader')
    assert.equal(await store.takeAbandoned('leader', 1001 + HOLD_SECONDS), name)
    await store.forget(name, 'leader')
    assert.equal(await store.takeAbandoned('leader', 9999), undefined)
    await store.abandon(name)
    assert.equal(await store.takeAbandoned('leader', 1002 + HOLD_SECONDS), name)
  },
)
