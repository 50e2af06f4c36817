import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { SqlCommandStore } from '../../src/adapters/sql/devices/command-store.ts'
import { CLAIM_SECONDS } from '../../src/devices/command-store.ts'
import { eachEngine } from '../support/engines.ts'

const NOW = 1_800_000_000
const checkNow = { product: 'lamp', device: 'L1', command: 'check-now', arguments: {} }

async function storeWithDevice(database: Kysely<Tables>): Promise<SqlCommandStore> {
  await database.insertInto('products').values({ id: 'lamp', created_at: 1 }).execute()
  await database
    .insertInto('devices')
    .values({
      id: 'L1',
      product: 'lamp',
      cohort: 'homes',
      enrolled_at: 1,
      revoked_at: null,
    } as never)
    .execute()
  await database.insertInto('device_heads').values({ device: 'L1' }).execute()
  return new SqlCommandStore(database)
}

eachEngine('of two servers that deliver at once one gets the command', async (database) => {
  const store = await storeWithDevice(database)
  const intent = await store.add(checkNow, NOW)
  const claims = await Promise.all([1, 2, 3].map(() => store.claim(intent, 'L1', NOW)))
  assert.equal(claims.filter((seq) => seq !== undefined).length, 1)
})

eachEngine('a command whose server ended is taken over, with a higher number', async (database) => {
  const store = await storeWithDevice(database)
  const intent = await store.add(checkNow, NOW)
  const first = await store.claim(intent, 'L1', NOW)
  assert.equal(await store.claim(intent, 'L1', NOW + CLAIM_SECONDS - 1), undefined)
  const second = await store.claim(intent, 'L1', NOW + CLAIM_SECONDS)
  assert.ok(first !== undefined && second !== undefined && second > first)
})

eachEngine('a clock that is set back keeps no command from its device', async (database) => {
  const store = await storeWithDevice(database)
  const intent = await store.add(checkNow, NOW)
  await store.claim(intent, 'L1', NOW)
  assert.notEqual(await store.claim(intent, 'L1', NOW - 3_600), undefined)
})

eachEngine('a command that was sent is never claimed again', async (database) => {
  const store = await storeWithDevice(database)
  const intent = await store.add(checkNow, NOW)
  const seq = await store.claim(intent, 'L1', NOW)
  await store.markSent(intent.id, seq ?? 0, NOW)
  assert.equal(await store.claim(intent, 'L1', NOW + 10 * CLAIM_SECONDS), undefined)
})
