import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anOffer } from '../../../../test/support/signed-messages.ts'
import { likelySlot, type WholeSlot } from './likely-slot.ts'
import type { UpdateState } from './update-machine.ts'

const offer = anOffer()
const older: WholeSlot = { release: 'factory', version: '1.4.2', securityCounter: 1 }
const newer: WholeSlot = { release: offer.release.path, version: '1.4.3', securityCounter: 2 }
const update = { offer, validUntil: 0, slot: 'B' } as const
const failed = {
  rollout: offer.rollout,
  path: offer.release.path,
  sha256: offer.release.sha256,
  attempt: 1,
}
const idle: UpdateState = { name: 'idle' }

test('a slot that is not whole is never the one', () => {
  assert.equal(likelySlot(undefined, { A: undefined, B: older }), 'B')
  assert.equal(likelySlot({ state: idle, failedOffers: [] }, { A: older, B: undefined }), 'A')
})

test('with nothing remembered it is the slot that an update left last', () => {
  assert.equal(likelySlot(undefined, { A: older, B: newer }), 'B')
  assert.equal(likelySlot({ state: idle, failedOffers: [] }, { A: newer, B: older }), 'A')
})

test('a slot on trial is not run as if it had passed', () => {
  for (const name of ['arming', 'rebooting', 'trial'] as const) {
    const record = { state: { name, update }, failedOffers: [] }
    assert.equal(likelySlot(record, { A: older, B: newer }), 'A', name)
  }
})

test('a slot that passed its self-test goes on to be committed', () => {
  const record = { state: { name: 'committing', update }, failedOffers: [] } as const
  assert.equal(likelySlot(record, { A: older, B: newer }), 'B')
})

test('a release that failed on this device is not run again because it is newer', () => {
  const record = { state: idle, failedOffers: [failed] }
  assert.equal(likelySlot(record, { A: older, B: newer }), 'A')
  assert.equal(likelySlot(record, { A: newer, B: older }), 'B')
})
