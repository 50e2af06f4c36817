import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { DeviceError } from '@fleetward/shared'
import { SlotBootloader } from './slot-bootloader.ts'

describe('the boot choice', () => {
  let root = ''
  let slotsFolder = ''
  let count = 0
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'fleetward-boot-'))
  })
  after(() => rm(root, { recursive: true }))
  beforeEach(() => {
    count += 1
    slotsFolder = join(root, String(count))
  })

  /** A boot of the device: nothing in memory outlives it. */
  const powerOn = async () => {
    const bootloader = new SlotBootloader({ slotsFolder })
    return { bootloader, slot: await bootloader.boot() }
  }

  test('a device that never switched runs from A', async () => {
    assert.equal((await powerOn()).slot, 'A')
  })

  test('a slot on trial is booted three times, then the old one again', async () => {
    await (await powerOn()).bootloader.tryBoot('B')
    const booted = []
    for (let boot = 0; boot < 5; boot += 1) booted.push((await powerOn()).slot)
    assert.deepEqual(booted, ['B', 'B', 'B', 'A', 'A'])
  })

  test('on a full disk a device still boots, into the slot that needs no counting', async () => {
    await (await powerOn()).bootloader.tryBoot('B')
    const writeFile = () => Promise.reject(new DeviceError('DISK_FULL'))
    assert.equal(await new SlotBootloader({ slotsFolder, writeFile }).boot(), 'A')
    const booted = []
    for (let boot = 0; boot < 4; boot += 1) booted.push((await powerOn()).slot)
    assert.deepEqual(booted, ['B', 'B', 'B', 'A'])
    assert.equal(await new SlotBootloader({ slotsFolder, writeFile }).boot(), 'A')
  })

  test('a committed slot stays', async () => {
    await (await powerOn()).bootloader.tryBoot('B')
    const { bootloader } = await powerOn()
    await bootloader.commit('B')
    await bootloader.commit('B')
    for (let boot = 0; boot < 5; boot += 1) assert.equal((await powerOn()).slot, 'B')
  })

  test('a trial that was given up is not booted again', async () => {
    await (await powerOn()).bootloader.tryBoot('B')
    const { bootloader, slot } = await powerOn()
    assert.equal(slot, 'B')
    await bootloader.abandonTrial()
    assert.equal(await bootloader.bootedSlot(), 'B', 'until the next boot')
    assert.equal(await bootloader.boot(), 'A')
  })

  test('the running slot is never armed, neither the permanent nor the one on trial', async () => {
    const first = await powerOn()
    await assert.rejects(first.bootloader.tryBoot('A'), { code: 'SLOT_WRITE_FAILED' })
    await first.bootloader.tryBoot('B')
    const second = await powerOn()
    await assert.rejects(second.bootloader.tryBoot('B'), { code: 'SLOT_WRITE_FAILED' })
  })

  test('a damaged boot file is no reason to guess a slot', async () => {
    await (await powerOn()).bootloader.tryBoot('B')
    for (const damaged of [
      '',
      '{',
      '{"permanent":"C"}',
      '{"permanent":"A","trial":{"slot":"B"}}',
    ]) {
      await writeFile(join(slotsFolder, 'boot.json'), damaged)
      await assert.rejects(powerOn(), { code: 'STATE_CORRUPT' }, damaged)
    }
  })
})
