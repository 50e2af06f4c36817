import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { SHARE_ALL, sharePosition, takesPart } from './share.ts'

const devices = Array.from({ length: 2000 }, (_, i) => `SN-${i}`)

test('who takes part follows from the formula alone', () => {
  for (const device of devices.slice(0, 50)) {
    const first = createHash('sha256').update(`b0f1\n${device}`).digest().readUInt32BE()
    const edge = Math.ceil((first * SHARE_ALL + 1) / 2 ** 32)
    assert.ok(takesPart({ salt: 'b0f1', upTo: edge }, device))
    assert.ok(!takesPart({ salt: 'b0f1', upTo: edge - 1 }, device))
  }
})

test('nobody takes part in a share of nothing, everybody in a share of all', () => {
  assert.ok(devices.every((device) => !takesPart({ salt: 's', upTo: 0 }, device)))
  assert.ok(devices.every((device) => takesPart({ salt: 's', upTo: SHARE_ALL }, device)))
})

test('a tenth is about a tenth, and widening loses nobody', () => {
  const tenth = devices.filter((device) => takesPart({ salt: 's', upTo: 1000 }, device))
  assert.ok(tenth.length > 150 && tenth.length < 250, String(tenth.length))
  assert.ok(tenth.every((device) => takesPart({ salt: 's', upTo: 1001 }, device)))
})

test('another rollout asks other devices first', () => {
  const first = devices.filter((device) => takesPart({ salt: 's', upTo: 1000 }, device))
  const both = first.filter((device) => takesPart({ salt: 't', upTo: 1000 }, device))
  assert.ok(both.length < first.length / 2)
})

test('a device takes part from the step above its position on, and not before', () => {
  for (const device of devices) {
    const position = sharePosition('s', device)
    assert.ok(Number.isInteger(position) && position >= 0 && position < SHARE_ALL)
    assert.ok(!takesPart({ salt: 's', upTo: position }, device))
    assert.ok(takesPart({ salt: 's', upTo: position + 1 }, device))
  }
})
