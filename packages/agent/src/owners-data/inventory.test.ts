/** What a device says it is: CRA P-g0, P-076. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inventoryOf } from './inventory.ts'
import { uncatalogued } from './telemetry-catalogue.ts'

const told = { agent: '0.1.0', compatible: 'lumen-g1', timeZone: 'Asia/Tokyo' }

test('where a device is, its reports say only where the factory settings want more than safe updates need', () => {
  assert.equal(inventoryOf(told, 'minimal').timeZone, undefined)
  assert.equal(inventoryOf(told, 'diagnostic').timeZone, 'Asia/Tokyo')
})

for (const level of ['minimal', 'diagnostic'] as const) {
  test(`the list of what leaves the device names all of it: ${level}`, () => {
    assert.deepEqual(uncatalogued({ inventory: inventoryOf(told, level) }, level), [])
  })
}
