/** Clocks that jump: what was verified is the floor, and nothing begins on a manifest that ran out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aManifest, anOffer, NOW, verifiedRelease } from '../support/signed-messages.ts'
import { SimulatedDevice } from '../support/simulated-device.ts'

const HOUR = 3600

test('a clock that falls back to 1970 changes nothing but a note in the reports', async () => {
  const device = new SimulatedDevice()
  await device.live()
  device.announce(aManifest({ offers: [] }))
  await device.live()
  device.cutPower()
  device.systemMs = 0
  device.offer(verifiedRelease(), aManifest({ seq: 8, iat: NOW + 60, offers: [anOffer()] }))
  await device.live()
  assert.equal(device.version, '1.4.3')
  const last = device.received.at(-1)
  assert.equal(last?.clockUnsure, true)
  assert.ok((last?.iat ?? 0) >= NOW, 'never before what was verified')
  assert.equal(device.record.clockFloor, NOW, 'nor ahead of what the device itself believed')
})

test('a clock that is honest is not called unsure', async () => {
  const device = new SimulatedDevice()
  device.offer(verifiedRelease(), aManifest({ iat: NOW + 200 }))
  await device.live()
  assert.ok(device.received.every(({ clockUnsure }) => clockUnsure === undefined))
})

test('an update that waits does not begin after its manifest ran out, and does with the next one', async () => {
  const device = new SimulatedDevice()
  const policy = { ...anOffer().policy, notBefore: NOW + 20 * HOUR }
  const offers = [anOffer({ policy })]
  device.offer(verifiedRelease(), aManifest({ offers }))
  await device.live(10 * HOUR * 1000)
  assert.deepEqual(device.story.at(-1), 'offered start')

  // The clock jumps two days ahead; the server, or somebody in between, stays silent.
  device.systemMs += 48 * HOUR * 1000
  await device.live(10 * HOUR * 1000)
  assert.equal(device.version, '1.4.2')
  assert.equal(device.record.state.name, 'offered')

  const iat = Math.floor(device.systemMs / 1000)
  device.announce(aManifest({ seq: 8, iat, exp: iat + 24 * HOUR, offers }))
  await device.live()
  assert.equal(device.version, '1.4.3')
})
