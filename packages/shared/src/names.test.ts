import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceUrn, isDeviceId, isName, parseDeviceUrn } from './names.ts'

test('names are short, plain and start and end with a letter or digit', () => {
  for (const name of ['a', 'g1', 'lumen-gateway-g1', 'x'.repeat(64)]) assert.ok(isName(name), name)
  const wrong = ['', '-a', 'a-', 'A', 'a_b', 'a.b', 'a/b', '+', '#', 'ä', 'a\n', 'x'.repeat(65), 1]
  for (const name of wrong) assert.ok(!isName(name), String(name))
})

test('device ids may have capitals and underscores, but nothing that means more than itself', () => {
  for (const id of ['1', 'G1-0001', 'sn_0001', 'A'.repeat(64)]) assert.ok(isDeviceId(id), id)
  const wrong = ['', '_a', 'a_', 'a/b', '..', 'a+', '#', 'a b', 'a:b', 'a\0', 'A'.repeat(65), null]
  for (const id of wrong) assert.ok(!isDeviceId(id), String(id))
})

test('a device’s URN says product and device, and only ours is read', () => {
  const urn = deviceUrn('g1', 'SN-1')
  assert.equal(urn, 'urn:fleetward:g1:SN-1')
  assert.deepEqual(parseDeviceUrn(urn), { product: 'g1', device: 'SN-1' })
  for (const other of [
    'urn:other:g1:SN-1',
    'urn:fleetward:g1',
    `${urn}:x`,
    'urn:fleetward:G1:SN',
  ]) {
    assert.equal(parseDeviceUrn(other), undefined, other)
  }
})
