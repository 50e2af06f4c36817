/** The operator's window of a rollout (protocol §5.2), on devices around the world. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aManifest, anOffer, verifiedRelease } from '../../../../test/support/signed-messages.ts'
import { SimulatedDevice } from '../../../../test/support/simulated-device.ts'

const NIGHT = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: '02:00', to: '04:00' }
const HOUR_MS = 3_600_000
const offered = () =>
  aManifest({ offers: [anOffer({ policy: { ...anOffer().policy, window: NIGHT } })] })

function deviceIn(timeZone: string, at: string): SimulatedDevice {
  const device = new SimulatedDevice()
  device.timeZone = timeZone
  device.systemMs = Date.parse(at)
  const iat = device.systemMs / 1000
  device.offer(verifiedRelease(), { ...offered(), iat, exp: iat + 86_400 })
  return device
}

/** Local time at which the download began. */
async function startOf(device: SimulatedDevice, timeZone = device.timeZone): Promise<string> {
  await device.live(24 * HOUR_MS)
  assert.deepEqual(device.story.slice(1, 3), ['offered', 'offered window'])
  const begun = device.received.find(({ state }) => state === 'downloading')
  assert.ok(begun)
  const at = Temporal.Instant.fromEpochMilliseconds(begun.iat * 1000)
  return at.toZonedDateTimeISO(timeZone).toPlainTime().toString()
}

test('a rollout’s window opens on each device by its own local time (hawkBit #1465)', async () => {
  for (const timeZone of ['Europe/Berlin', 'Asia/Kolkata', 'America/Los_Angeles', 'UTC']) {
    assert.equal(await startOf(deviceIn(timeZone, '2026-11-21T12:00:00Z')), '02:00:00')
  }
})

test('where the owner said in which time zone the device stands, that one counts', async () => {
  const device = deviceIn('UTC', '2026-11-21T12:00:00Z')
  await device.live(0)
  const always = { weekdays: NIGHT.weekdays, from: '00:00', to: '23:59', timeZone: 'Asia/Tokyo' }
  await device.run?.decideAsOwner({ what: 'set-window', window: always }, 'cli')
  assert.equal(await startOf(device, 'Asia/Tokyo'), '02:00:00')
})
