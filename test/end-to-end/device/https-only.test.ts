/** A device on a network that lets no MQTT through lives by HTTPS alone (protocol §9.2). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import { TcpRelay } from '../support/tcp-relay.ts'

const MONTH_SECONDS = 30 * 86_400

const fleet = await Fleet.inside()
// Says nothing to anybody: a firewall that drops what it does not know.
const firewall = await TcpRelay.to(fleet.server.ports.mqtt)
firewall.bytesLetThrough = 0
firewall.thenCuts = false
after(async () => {
  await fleet.end()
  await firewall.end()
})
await fleet.publish({ version: '1.4.3', securityCounter: 2 })

for (const [id, blocked, mqtt] of [
  ['G1-0001', 'refused', 'mqtts://localhost:1'],
  ['G1-0002', 'swallowed', `mqtts://localhost:${firewall.port}`],
] as const) {
  test(`with MQTT ${blocked}, manifests are fetched and reports delivered over HTTPS`, async () => {
    const device = await fleet.device(id, {
      cohort: blocked,
      urls: { mqtt },
      settings: { pollSeconds: 1 },
    })
    device.start()
    await fleet.untilSeen(device, { version: FACTORY_VERSION, state: 'idle' })

    await fleet.rollOut('1.4.3', blocked)
    await fleet.untilSeen(device, { version: '1.4.3', state: 'idle', securityCounter: 2 })
    assert.equal(device.find({ event: 'online' }), undefined)
    const { online, reports } = await fleet.untilSeen(device, { state: 'idle' })
    assert.deepEqual([online, reports.missing, reports.unchained], [false, 0, 0])
    await device.stop()
  })
}

test('the starts are spread and the bandwidth is limited over HTTPS alone as well', async () => {
  const bytesPerSecond = 200_000
  const device = await fleet.device('G1-0004', {
    cohort: 'valleys',
    urls: { mqtt: 'mqtts://localhost:1' },
    settings: { pollSeconds: 1, bandwidthLimitBytesPerSecond: bytesPerSecond },
  })
  const artifactBytes = 500_000
  await fleet.publish({ version: '1.4.4', securityCounter: 2, ballastBytes: artifactBytes })
  await fleet.rollOut('1.4.4', 'valleys', { policy: { spread: MONTH_SECONDS } })
  device.start()
  await fleet.untilSeen(device, { state: 'offered', waitingFor: 'start' })

  await device.cli('install')
  await fleet.untilSeen(device, { version: '1.4.4', state: 'idle' })
  const at = (facts: object) => Date.parse(String(device.find(facts)?.time))
  const tookMs = at({ what: 'artifact' }) - at({ event: 'state', to: 'downloading' })
  // A second's worth comes at once.
  assert.ok(tookMs >= ((artifactBytes - bytesPerSecond) / bytesPerSecond) * 1000 - 50)
})

test('a device that MQTT gets through to again takes its manifests from there', async () => {
  const relay = await TcpRelay.to(fleet.server.ports.mqtt)
  try {
    relay.bytesLetThrough = 0
    const device = await fleet.device('G1-0003', {
      cohort: 'homes',
      urls: { mqtt: `mqtts://localhost:${relay.port}` },
      // From the second poll on there is half an hour in between.
      settings: { pollSeconds: 3600 },
    })
    device.start()
    await device.untilEvent({ event: 'offline' })
    relay.bytesLetThrough = Number.POSITIVE_INFINITY
    await fleet.untilSeen(device, { online: true, version: FACTORY_VERSION })
    await fleet.rollOut('1.4.3', 'homes')
    await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
  } finally {
    await relay.end()
  }
})
