/** Releases that the installed RAUC writes (Debian's), from the manufacturer's commands to the slot that is kept. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { FACTORY_VERSION, Maker } from '../support/maker.ts'
import { RaucMachine, RaucWorkshop, withoutRauc } from '../support/rauc-machine.ts'

const image = (first: string) =>
  Buffer.concat([Buffer.from(first.padEnd(100)), randomBytes(1024 * 1024)])

describe('rauc', { skip: withoutRauc }, async () => {
  if (withoutRauc !== false) return
  const maker = await Maker.open('lumen')
  const factory = image('factory')
  const workshop = await RaucWorkshop.open(maker)
  const artifact = await workshop.bundle(factory, FACTORY_VERSION)
  const machine = await RaucMachine.create(maker, 'R-0001', factory, artifact)
  after(async () => {
    await machine.end()
    await maker.end()
  })
  const { device } = machine
  await machine.powerOn()
  await maker.untilListed(device, { online: true, state: 'idle', version: FACTORY_VERSION })

  async function offer(version: string, bundle: string): Promise<void> {
    await maker.release({ version, installer: 'rauc', artifact: bundle, securityCounter: 2 })
    await maker.rollOut(version, 'r-0001')
  }

  test('a bundle is written by RAUC into the other slot, tried by a restart of the machine, and kept', async () => {
    const bytes = image('works')
    await offer('1.0.1', await workshop.bundle(bytes, '1.0.1'))
    await maker.untilListed(device, { state: 'idle', version: '1.0.1', securityCounter: 2 })
    assert.deepEqual(machine.boots, ['A', 'B'])
    assert.ok((await machine.slot('b')).subarray(0, bytes.length).equals(bytes))
    assert.match(await machine.environment(), /^BOOT_ORDER=B$/m)
    assert.deepEqual(device.states(), [
      ...['offered', 'downloading', 'installing', 'arming', 'rebooting', 'trial', 'committing'],
      'idle',
    ])
  })

  test('a bundle whose self-test fails is left by another restart', async () => {
    const since = device.events.length
    const before = machine.boots.length
    await offer('1.0.2', await workshop.bundle(image('broken'), '1.0.2'))
    await device.untilEvent({ event: 'state', to: 'failed', code: 'SELF_TEST_FAILED' }, since)
    await maker.untilListed(device, { state: 'idle', version: '1.0.1' })
    assert.deepEqual(machine.boots.slice(before), ['A', 'B'])
    assert.match(await machine.environment(), /^BOOT_ORDER=B$/m)
  })

  for (const [what, version, options, code] of [
    ['that RAUC does not know the signer of', '1.0.3', { signer: 'stranger' }, 'RAUC_FAILED'],
    ['of another version inside', '1.0.4', { claims: '1.0.0' }, 'SLOT_WRITE_FAILED'],
  ] as const) {
    test(`a bundle ${what} is never booted, whatever the release keys signed`, async () => {
      const since = device.events.length
      const before = machine.boots.length
      await offer(version, await workshop.bundle(image('works'), version, options))
      await device.untilEvent({ event: 'state', to: 'failed', code }, since)
      await maker.untilListed(device, { state: 'idle', version: '1.0.1' })
      assert.equal(machine.boots.length, before)
    })
  }
})
