/** Every key of the server is replaced under a fleet that runs, and the fleet runs on. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Json } from '@fleetward/shared'
import { file } from '../../../packages/server/test/support/desk.ts'
import { Fleet, type FleetDevice } from '../support/fleet.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())
let device: FleetDevice

before(async () => {
  device = await fleet.device('G1-0001', { cohort: 'homes' })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle' })
})

interface Told {
  onlineKeys: { timestamp: Json; snapshot: Json }
  trust: Record<string, string>
  serverCa: string
}

const told = () => fleet.call<Told>('GET', '')

async function signTrust(): Promise<void> {
  const { trust } = await told()
  await fleet.publishTrust(
    Object.entries(trust).map(([name, words]) =>
      file(`trust/${name}`, new TextEncoder().encode(words)),
    ),
  )
}

async function toSign(): Promise<readonly string[]> {
  return (await fleet.call<{ toSign: string[] }>('GET', '/keys')).toSign
}

async function updatesTo(version: string): Promise<void> {
  await fleet.publish({ version })
  await fleet.rollOut(version, 'homes')
  await fleet.untilSeen(device, { version, state: 'idle' })
}

/** Waits until the device has come back over a connection of its own. */
async function reconnects(): Promise<void> {
  const before = device.events.length
  await fleet.server.stop()
  await fleet.server.start()
  await device.untilEvent({ event: 'online' }, before)
  await fleet.untilSeen(device, { online: true, state: 'idle' })
}

async function certificateOf({ data }: FleetDevice): Promise<X509Certificate> {
  return new X509Certificate(await readFile(join(data, 'identity', 'certificate.pem')))
}

// CRA P-068
test('a stolen director key is replaced by one signature of the desk, and the next update works', async () => {
  await fleet.call('POST', '/keys/director/rotate', { stolen: true })
  await fleet.call('POST', '/keys/commands/rotate', { stolen: true })
  assert.deepEqual(await toSign(), ['targets'])
  await signTrust()
  assert.deepEqual(await toSign(), [])
  await updatesTo('1.4.3')
  await fleet.call('POST', `/devices/${device.id}/commands`, {
    command: 'check-now',
    arguments: {},
  })
})

test('timestamp and snapshot change with one root, and the next update works', async () => {
  await fleet.call('POST', '/keys/timestamp/rotate', {})
  await fleet.call('POST', '/keys/snapshot/rotate', {})
  assert.deepEqual(await toSign(), ['root'])
  const { onlineKeys } = await told()
  await fleet.publishRoot((version) => fleet.desk.rootMetadata(version, onlineKeys))
  assert.deepEqual(await toSign(), [])
  await updatesTo('1.4.4')
})

test('a device with a certificate of the old fleet CA and one of the new one are served side by side', async () => {
  // Made long enough ago that every instance would know it.
  fleet.server.aheadMs = -700_000
  await fleet.callServer('POST', '/keys/fleet-ca/rotate', {})
  fleet.server.aheadMs = 0
  const old = await certificateOf(device)
  const early = await fleet.device('G1-0002', { cohort: 'offices' })
  early.start()
  await fleet.untilSeen(early, { online: true, state: 'idle' })
  assert.equal((await certificateOf(early)).issuer, old.issuer)

  assert.deepEqual(await toSign(), ['targets'])
  await signTrust()
  const late = await fleet.device('G1-0003', { cohort: 'offices' })
  late.start()
  await fleet.untilSeen(late, { online: true, state: 'idle' })
  assert.notEqual((await certificateOf(late)).issuer, old.issuer)
  await reconnects()
  await updatesTo('1.4.5')

  const { fleetCa } = await fleet.callServer<{
    fleetCa: { id: string; state: string; devices: number }[]
  }>('GET', '/keys')
  assert.deepEqual(
    fleetCa.map(({ state, devices }) => ({ state, devices })),
    [
      { state: 'former', devices: 2 },
      { state: 'signs', devices: 1 },
    ],
  )
})

test('devices follow another server CA without anybody touching them', async () => {
  const { serverCa: before } = await told()
  await fleet.callServer('POST', '/keys/server-ca/rotate', {})
  const { serverCa } = await told()
  assert.notEqual(serverCa, before)
  await reconnects()
  await updatesTo('1.4.6')
})

test('another TLS key changes nothing for anybody', async () => {
  await fleet.callServer('POST', '/keys/tls/rotate', {})
  await reconnects()
})

test('a fleet CA that is retired with its devices lets them in no more, and the others stay', async () => {
  await fleet.callServer('POST', '/keys/fleet-ca/retire', {})
  assert.deepEqual(await toSign(), ['targets'])
  await signTrust()
  await fleet.callServer('POST', '/keys/fleet-ca/retire', { evenDevices: true })
  const view = await fleet.callServer<{ fleetCa: object[] }>('GET', '/keys')
  assert.equal(view.fleetCa.length, 1)
  const seen = device.events.length
  await fleet.server.stop()
  await fleet.server.start()
  await device.untilEvent({ event: 'offline' }, seen)
  const late = fleet.devices.find(({ id }) => id === 'G1-0003')
  assert.ok(late)
  await fleet.untilSeen(late, { online: true, state: 'idle' })
  assert.equal((await fleet.view(device))?.online, false)
})
