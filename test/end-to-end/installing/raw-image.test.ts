/** Images for whole machines, from the manufacturer's signature to the slot that the bootloader keeps. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import type { DeskRelease } from '../../../packages/server/test/support/desk.ts'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import { Machine } from '../support/machine.ts'

const MIB = 1024 * 1024
const fleet = await Fleet.inside()
after(() => fleet.end())

const image = (first: string) =>
  Buffer.concat([Buffer.from(first.padEnd(100)), Buffer.alloc(2 * MIB), randomBytes(MIB)])

function release(version: string, bytes: Buffer, more: Partial<DeskRelease> = {}): DeskRelease {
  return {
    ...{ version, kind: 'security', securityCounter: 2 },
    ...{ installer: 'raw-image', format: 'raw.zst' },
    ...{ artifact: zstdCompressSync(bytes), installedSize: bytes.length },
    ...more,
  }
}

test('CRA P-079: an image is written to the other slot, tried by a restart of the machine, and kept', async () => {
  const machine = await Machine.create(fleet, 'G1-0101', { cohort: 'plants' }, image('factory'))
  const { device } = machine
  await machine.powerOn()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })

  const bytes = image('works')
  await fleet.publishRelease(release('1.4.3', bytes))
  await fleet.rollOut('1.4.3', 'plants')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
  assert.deepEqual(machine.boots, ['A', 'B'])
  assert.ok((await machine.image('b')).equals(bytes))
  assert.match(await machine.environment(), /^BOOT_ORDER=B$/m)
  assert.deepEqual(device.states(), [
    ...['offered', 'downloading', 'installing', 'arming', 'rebooting', 'trial', 'committing'],
    'idle',
  ])
  await machine.powerOff()
})

test('an image whose self-test fails is left by another restart, and reported', async () => {
  const factory = image('factory')
  const machine = await Machine.create(fleet, 'G1-0102', { cohort: 'mills' }, factory)
  const { device } = machine
  await machine.powerOn()
  await fleet.publishRelease(release('1.4.4', image('broken')))
  await fleet.rollOut('1.4.4', 'mills')
  await fleet.untilReported(device, { state: 'failed', code: 'SELF_TEST_FAILED' })
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION, securityCounter: 1 })
  assert.deepEqual(machine.boots, ['A', 'B', 'A'])
  assert.ok((await machine.image('a')).equals(factory))
  assert.match(await machine.environment(), /^BOOT_ORDER=A$/m)
  await machine.powerOff()
})

test('a release for another installer is refused before anything is fetched', async () => {
  const machine = await Machine.create(fleet, 'G1-0103', { cohort: 'docks' }, image('factory'))
  await machine.powerOn()
  await fleet.publish({ version: '1.4.6', securityCounter: 2 })
  await fleet.rollOut('1.4.6', 'docks')
  await fleet.untilReported(machine.device, { code: 'RELEASE_FORMAT_UNSUPPORTED' })
  assert.deepEqual(machine.device.find({ event: 'state', to: 'downloading' }), undefined)
  await machine.powerOff()
})
