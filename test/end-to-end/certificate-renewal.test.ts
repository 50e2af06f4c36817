/** A device's certificate is renewed in time, and the device goes on with it (protocol §10). */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FACTORY_VERSION, Fleet, type FleetDevice } from './fleet.ts'

const DAY_MS = 86_400_000
const fleet = await Fleet.inside()
after(() => fleet.end())

/** Enrolled so long ago that the renewal is due, which has failed so far. */
async function oldDevice(id: string, cohort: string): Promise<FleetDevice> {
  const device = await fleet.device(id, { cohort, urls: { device: 'https://localhost:1' } })
  fleet.server.aheadMs = -250 * DAY_MS
  try {
    device.start()
    await device.untilEvent({ event: 'renewal-failed', code: 'SERVER_UNREACHABLE' })
  } finally {
    fleet.server.aheadMs = 0
  }
  await device.stop()
  await fleet.writePack(device, { cohort })
  return device
}

const certificateOf = async (device: FleetDevice) =>
  new X509Certificate(await readFile(join(device.data, 'identity', 'certificate.pem')))

test('a certificate with less than a third of its life left is replaced, and the device goes on over MQTT with the new one', async () => {
  const device = await oldDevice('G1-0001', 'homes')
  const old = await certificateOf(device)
  const key = await readFile(join(device.data, 'identity', 'key.pem'))
  assert.ok(old.validToDate.getTime() < Date.now() + 120 * DAY_MS)
  const restarted = device.events.length
  device.start()
  await device.untilEvent({ event: 'renewed' }, restarted)

  const renewed = await certificateOf(device)
  assert.ok(renewed.validToDate.getTime() > Date.now() + 360 * DAY_MS)
  assert.deepEqual(await readFile(join(device.data, 'identity', 'key.pem')), key)
  const serial = renewed.serialNumber.toLowerCase()
  const seen = await fleet.untilSeen(device, { online: true, state: 'idle' })
  assert.equal(seen.version, FACTORY_VERSION)

  // A line that had been opened with the old certificate would get no new cohort any more.
  await fleet.call('POST', `/devices/${device.id}/commands`, {
    command: 'assign',
    arguments: { cohort: 'labs' },
  })
  await fleet.publish({ version: '1.4.3' })
  await fleet.rollOut('1.4.3', 'labs')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
  const { certificate, reports } = await fleet.untilSeen(device, { online: true })
  assert.equal(certificate?.serial.toLowerCase(), serial)
  assert.deepEqual([reports.missing, reports.unchained, reports.refused], [0, 0, 0])
})

test('a renewal whose answer was lost is asked for again, and a restart uses what it brought', async () => {
  const device = await oldDevice('G1-0002', 'hotels')
  device.start()
  await device.untilEvent({ event: 'renewed' })
  await device.kill()
  const renewed = await certificateOf(device)
  const restarted = device.events.length
  device.start()
  await device.untilEvent({ event: 'online' }, restarted)
  const { certificate } = await fleet.untilSeen(device, { online: true })
  assert.equal(certificate?.serial.toLowerCase(), renewed.serialNumber.toLowerCase())
  assert.equal(device.find({ event: 'renewed' }, restarted), undefined)
})
