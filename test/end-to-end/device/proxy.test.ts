/** A device whose network has one way out, an HTTP proxy: MQTT, metadata and artifacts all go through it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HttpConnectProxy } from '../../support/http-proxy.ts'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'

const fleet = await Fleet.inside()
const { ports } = fleet.server
// Ports that only the proxy knows: whatever went past it would reach nobody.
const proxy = await HttpConnectProxy.open(
  new Map([
    ['localhost:1', ports.public],
    ['localhost:2', ports.device],
    ['localhost:3', ports.mqtt],
  ]),
)
after(async () => {
  await fleet.end()
  proxy.close()
})

test('an update comes through a proxy, over MQTT and HTTPS', async () => {
  await fleet.publish({ version: '1.4.3', securityCounter: 2 })
  const device = await fleet.device('G1-0001', {
    cohort: 'office',
    urls: {
      public: 'https://localhost:1',
      device: 'https://localhost:2',
      mqtt: 'mqtts://localhost:3',
    },
    settings: { proxy: proxy.url },
  })
  device.start()
  await fleet.untilSeen(device, { online: true, version: FACTORY_VERSION, state: 'idle' })
  await fleet.rollOut('1.4.3', 'office')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle', securityCounter: 2 })
  assert.deepEqual([...new Set(proxy.asked)].sort(), ['localhost:1', 'localhost:2', 'localhost:3'])
})
