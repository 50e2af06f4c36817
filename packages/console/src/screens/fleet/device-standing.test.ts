import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Device } from '../../api/operator-api.gen.ts'
import { standingsOf, zoneOf } from './device-standing.ts'

const NOW = 1_795_000_000
const DEVICE: Device = {
  ...{ id: 'lumen-0001', product: 'lumen-gateway-g1', cohort: 'field', pinned: false },
  ...{ test: false, attributes: {}, online: true, enrolledAt: 0, state: 'idle' },
  reports: { last: 1, missing: 0, unchained: 0, refused: 0 },
}
const OWNER = { automaticSecurity: true, automaticFunctionality: false, optedOut: false }
const keys = (more: Partial<Device>) =>
  standingsOf({ ...DEVICE, ...more }, NOW).map(({ key, tone }) => [key, tone])

test('an owner who opted out is shown at rest and at work, and never as a failure', () => {
  const owner = { ...OWNER, optedOut: true }
  assert.deepEqual(keys({ owner }), [
    ['standing.idle', 'good'],
    ['standing.optedOut', 'waits'],
  ])
  assert.deepEqual(keys({ owner, state: 'offered', waitingFor: 'optIn' }), [
    ['standing.waitsOptIn', 'waits'],
  ])
})

test('a postponement is shown with its end until it is over', () => {
  const until = (postponedUntil: number) =>
    standingsOf(
      {
        ...{ ...DEVICE, state: 'offered', waitingFor: 'postponement' },
        owner: { ...OWNER, postponedUntil },
      },
      NOW,
    )
  assert.deepEqual(until(NOW + 60), [
    { key: 'standing.waitsPostponement', tone: 'waits', until: NOW + 60 },
  ])
  assert.deepEqual(until(NOW - 60), [{ key: 'standing.waitsPostponement', tone: 'waits' }])
  assert.deepEqual(keys({ owner: { ...OWNER, postponedUntil: NOW - 60 } }), [
    ['standing.idle', 'good'],
  ])
})

test('what is wrong with the device itself comes before its update', () => {
  const quarantine = { at: NOW, by: 'somebody', reason: 'opened' }
  assert.deepEqual(keys({ quarantine, revokedAt: NOW, integrity: 'corrupt' }), [
    ['standing.revoked', 'bad'],
    ['standing.quarantined', 'bad'],
    ['standing.corrupt', 'bad'],
    ['standing.idle', 'good'],
  ])
  assert.deepEqual(keys({ state: undefined }), [['standing.unheard', 'quiet']])
})

test('only a zone that there is is taken for the zone of a device', () => {
  const zone = (timeZone: string) => zoneOf({ ...DEVICE, inventory: { timeZone } })
  assert.equal(zone('Europe/Berlin'), 'Europe/Berlin')
  assert.equal(zone('Nowhere/<b>'), undefined)
  assert.equal(zone(''), undefined)
  assert.equal(zoneOf({ ...DEVICE, attributes: { timeZone: 3 } }), undefined)
  const said = (timeZone: string) => ({ attributes: { timeZone }, inventory: { timeZone: 'UTC' } })
  assert.equal(zoneOf({ ...DEVICE, ...said('Asia/Tokyo') }), 'Asia/Tokyo')
  assert.equal(zoneOf({ ...DEVICE, ...said('Nowhere') }), 'UTC')
})

test('a device flaps for an hour after the connection that was one too many, by either clock', () => {
  for (const [ago, isSo] of [
    [0, true],
    [3599, true],
    [3600, false],
    [-3599, true],
    [-3600, false],
  ] as const) {
    const told = keys({ flappedAt: NOW - ago }).some(([key]) => key === 'standing.flapping')
    assert.equal(told, isSo, String(ago))
  }
})
