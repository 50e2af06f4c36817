import assert from 'node:assert/strict'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { eachEngine } from '../support/engines.ts'

eachEngine('a sequence number is a number again when it is read', async (database) => {
  const { products, manifests } = sqlStores(database)
  await products.add({ id: 'lamp', createdAt: 1 })
  const manifest = {
    ...{ product: 'lamp', audience: 'lamp/cohorts/homes', topic: 't', token: 'x', offers: '[]' },
    ...{ seq: 2 ** 40, issuedAt: 1 },
  }
  await manifests.save(manifest)
  assert.deepEqual(await manifests.last(manifest.audience), manifest)
  await manifests.markPublished(manifest.audience, 1)
  assert.equal((await manifests.unpublished(10)).length, 1)
  await manifests.markPublished(manifest.audience, 2 ** 40)
  assert.equal((await manifests.unpublished(10)).length, 0)
})

eachEngine('nothing of a transaction that throws is kept', async (database) => {
  const stores = sqlStores(database)
  const failing = stores.transaction(async ({ products }) => {
    await products.add({ id: 'lamp', createdAt: 1 })
    throw new Error('on purpose')
  })
  await assert.rejects(failing, /on purpose/)
  assert.deepEqual(await stores.products.all(), [])
})

eachEngine('a transaction runs alone, whoever else wants one', async (database) => {
  const stores = sqlStores(database)
  await Promise.all(
    Array.from({ length: 20 }, () =>
      stores.transaction(async ({ products }) => {
        // Read, then write what follows: without a lock two of them would make the same id.
        const count = (await products.all()).length
        await products.add({ id: `lamp-${count}`, createdAt: count })
      }),
    ),
  )
  assert.equal((await stores.products.all()).length, 20)
})
