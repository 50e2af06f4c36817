/** A device's certificate is renewed in time, and the device goes on with it (protocol §10). */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type DeviceView, FACTORY_VERSION, Fleet, type FleetDevice } from '../support/fleet.ts'
import { TcpRelay } from '../support/tcp-relay.ts'
import { until } from '../support/until.ts'

const DAY_MS = 86_400_000
const fleet = await Fleet.inside()
const wayToRenewal = await TcpRelay.to(fleet.server.ports.device)
after(async () => {
  await fleet.end()
  await wayToRenewal.end()
})

/** Enrolled so long ago that the renewal is due; it runs, and only renewing is not possible yet. */
async function oldDevice(id: string, cohort: string): Promise<FleetDevice> {
  const nowhere = { device: 'https://localhost:1', mqtt: 'mqtts://localhost:1' }
  const device = await fleet.device(id, { cohort, urls: nowhere })
  fleet.server.aheadMs = -250 * DAY_MS
  try {
    device.start()
    await device.untilEvent({ event: 'enrolled' })
  } finally {
    fleet.server.aheadMs = 0
  }
  await device.stop()
  wayToRenewal.bytesLetThrough = 0
  const urls = { device: `https://localhost:${wayToRenewal.port}` }
  await fleet.writePack(device, { cohort, urls })
  const restarted = device.events.length
  device.start()
  await device.untilEvent({ event: 'online' }, restarted)
  await device.untilEvent({ event: 'renewal-failed' }, restarted)
  return device
}

const certificateOf = async (device: FleetDevice) =>
  new X509Certificate(await readFile(join(device.data, 'identity', 'certificate.pem')))

const serialOf = ({ certificate }: DeviceView) => certificate?.serial.toLowerCase()

test('a certificate with less than a third of its life left is replaced, and the device goes on over MQTT with the new one', async () => {
  const device = await oldDevice('G1-0001', 'homes')
  const old = await certificateOf(device)
  const key = await readFile(join(device.data, 'identity', 'key.pem'))
  assert.ok(old.validToDate.getTime() < Date.now() + 120 * DAY_MS)
  wayToRenewal.bytesLetThrough = Number.POSITIVE_INFINITY
  await device.untilEvent({ event: 'renewed' })

  const renewed = await certificateOf(device)
  assert.ok(renewed.validToDate.getTime() > Date.now() + 360 * DAY_MS)
  assert.deepEqual(await readFile(join(device.data, 'identity', 'key.pem')), key)
  // Nothing but the line to the broker can have shown it to the server.
  const serial = renewed.serialNumber.toLowerCase()
  await until(
    async () => serialOf((await fleet.view(device)) as DeviceView) === serial,
    () => `${device.id} shows its new certificate\n${device.account()}`,
  )
  await fleet.untilSeen(device, { online: true, version: FACTORY_VERSION })

  // Both ways are open to it: commands and reports over the one, downloads over the other.
  await fleet.call('POST', `/devices/${device.id}/commands`, {
    command: 'assign',
    arguments: { cohort: 'labs' },
  })
  await fleet.publish({ version: '1.4.3' })
  await fleet.rollOut('1.4.3', 'labs')
  const { reports } = await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
  assert.deepEqual([reports.missing, reports.unchained, reports.refused], [0, 0, 0])
})

test('an agent that is killed right after its renewal goes on with what it brought', async () => {
  const device = await oldDevice('G1-0002', 'hotels')
  wayToRenewal.bytesLetThrough = Number.POSITIVE_INFINITY
  await device.untilEvent({ event: 'renewed' })
  await device.kill()
  const renewed = await certificateOf(device)
  const restarted = device.events.length
  device.start()
  await device.untilEvent({ event: 'online' }, restarted)
  const seen = await fleet.untilSeen(device, { online: true })
  assert.equal(serialOf(seen), renewed.serialNumber.toLowerCase())
  assert.equal(device.find({ event: 'renewed' }, restarted), undefined)
})
