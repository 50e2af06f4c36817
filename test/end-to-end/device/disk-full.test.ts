/** A device whose disk is too small for the update, until somebody makes room. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import { smallDisk } from '../support/small-disk.ts'

const noSmallDisk = process.platform === 'linux' ? false : 'needs Linux namespaces'
const fleet = await Fleet.inside()
after(() => fleet.end())

test('an update that finds no room waits for it, which is no failure; with room made, it comes', {
  skip: noSmallDisk,
}, async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes' })
  const disk = await smallDisk(device, { kib: 12_288, freeKib: 1500 })
  try {
    await fleet.publish({ version: '1.4.3', securityCounter: 2, ballastBytes: 2_000_000 })
    const rollout = await fleet.rollOut('1.4.3', 'homes')
    device.start()
    const seen = await fleet.untilSeen(device, { state: 'offered', waitingFor: 'space' })
    assert.equal(seen.version, FACTORY_VERSION)
    const codes = (await fleet.reports(device)).flatMap(({ code }) => code ?? [])
    assert.deepEqual(codes, [])

    await disk.makeRoom()
    // It looks again within a minute; a new attempt makes it look at once.
    await fleet.move(rollout, 'retry')
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
  } finally {
    // Its processes are recorded on a disk that nobody else sees.
    await device.stop()
  }
})

test('an agent that finds no room for its record at all still runs the product, and ends when asked', {
  skip: noSmallDisk,
}, async () => {
  const device = await fleet.device('G1-0002', { cohort: 'homes' })
  const disk = await smallDisk(device, { kib: 8192, freeKib: 100 })
  try {
    device.start()
    await device.untilEvent({ event: 'booted', version: FACTORY_VERSION })
    await device.untilEvent({ event: 'record-not-saved', code: 'DISK_FULL' })
    assert.ok((await device.stop()) < 6_000)
    assert.equal(device.said, '')

    device.start()
    await device.untilEvent({ event: 'record-not-saved', code: 'DISK_FULL' })
    await disk.makeRoom()
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', online: true })
  } finally {
    await device.stop()
  }
})
