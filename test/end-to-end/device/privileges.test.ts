/** The agent as two processes: one with the network, one that may write slots (CRA P-084). */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import type { FleetDevice } from '../support/fleet-device.ts'
import { splitDevice } from '../support/split-device.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())

test('CRA P-084: an update comes through a process without rights and one without a network', async () => {
  const device = await splitDevice(fleet, 'G1-0001', { cohort: 'homes' })
  device.startInstaller()
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })

  await fleet.publish({ version: '1.4.3', securityCounter: 2 })
  await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })

  const slots = join(device.installerData, 'slots')
  assert.ok(existsSync(join(slots, 'A.json')) && existsSync(join(slots, 'B.json')))
  assert.equal(existsSync(join(device.data, 'slots', 'B.json')), false)
  assert.deepEqual(floorOf(device).securityCounter, 2)
  const anHourAgo = Date.now() / 1000 - 3600
  assert.ok(floorOf(device).time > anHourAgo, 'it learnt the time from the director’s manifest')
})

test('a clock behind what was verified is moved there before the network process is let in', async () => {
  const asked = join(fleet.folder, 'clock-asked')
  const setClock = join(fleet.folder, 'set-clock')
  await writeFile(setClock, `#!/bin/sh\necho "$1" > '${asked}'\n`, { mode: 0o755 })
  const device = await splitDevice(fleet, 'G1-0005', {
    ...{ cohort: 'docks', setClockCommand: [setClock] },
  })
  // As if the clock had lost a year since: seconds since 1970.
  const time = Math.floor(Date.now() / 1000) + 365 * 86_400
  const floor = join(device.installerData, 'floor.json')
  await writeFile(floor, JSON.stringify({ securityCounter: 1, time }))
  device.startInstaller()
  await device.untilEvent({ event: 'installer-ready' })
  assert.equal(readFileSync(asked, 'utf8'), `@${time}\n`)
})

test('a release whose self-test fails is rolled back by both together', async () => {
  const device = await splitDevice(fleet, 'G1-0002', { cohort: 'shops' })
  device.startInstaller()
  device.start()
  await fleet.publish({ version: '1.4.4', securityCounter: 3, selfTest: 'fails' })
  await fleet.rollOut('1.4.4', 'shops')
  await fleet.untilReported(device, { state: 'failed', code: 'SELF_TEST_FAILED' })
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION, securityCounter: 1 })
  assert.equal(floorOf(device).securityCounter, 1, 'a trial raises no floor')
})

test('whichever of the two is killed, the update goes on when it is back', async () => {
  const device = await splitDevice(fleet, 'G1-0003', { cohort: 'offices' })
  await fleet.publish({ version: '1.4.5', securityCounter: 3, ballastBytes: 4_000_000 })
  await fleet.rollOut('1.4.5', 'offices')
  device.startInstaller()
  device.start()
  await device.untilEvent({ event: 'state', to: 'installing' })
  await device.killInstaller()
  device.startInstaller()
  await device.untilEvent({ event: 'state', to: 'trial' })
  await device.kill()
  const since = device.events.length
  device.start()
  await device.untilEvent({ event: 'booted' }, since)
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.5', securityCounter: 3 })
})

test('a factory reset leaves nothing of the product’s output with the privileged process', async () => {
  const device = await splitDevice(fleet, 'G1-0004', { cohort: 'labs' })
  device.startInstaller()
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
  const output = join(device.installerData, 'logs', 'product.log.1')
  await writeFile(output, 'a name that its owner typed')
  const since = device.events.length
  await device.cli('factory-reset', '--confirm', device.id)
  await device.untilEvent({ event: 'booted', version: FACTORY_VERSION }, since)
  assert.equal(existsSync(output), false)
})

function floorOf(device: FleetDevice): { securityCounter: number; time: number } {
  return JSON.parse(readFileSync(join(device.installerData, 'floor.json'), 'utf8'))
}
