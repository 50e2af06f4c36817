import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { DeviceError } from '@fleetward/shared'
import { encodeSlotRecord } from '../slot/slot-record.ts'
import { SlotBootloader } from './slot-bootloader.ts'
import { TwoCopies } from './two-copies.ts'

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
    const files = new TwoCopies({ folder: slotsFolder, name: 'boot', fileBytes: 512 })
    const copies = {
      load: files.load.bind(files),
      save: () => Promise.reject(new DeviceError('DISK_FULL')),
    }
    assert.equal(await new SlotBootloader({ slotsFolder, copies }).boot(), 'A')
    const booted = []
    for (let boot = 0; boot < 4; boot += 1) booted.push((await powerOn()).slot)
    assert.deepEqual(booted, ['B', 'B', 'B', 'A'])
    assert.equal(await new SlotBootloader({ slotsFolder, copies }).boot(), 'A')
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

  const DAMAGES = ['', '{', 'fleetward-boot 3 20 00\n{"permanent":"C"}']

  for (const name of ['boot.a', 'boot.b']) {
    test(`with ${name} damaged the other one decides, and is made whole again by the next write`, async () => {
      await (await powerOn()).bootloader.tryBoot('B')
      for (const damaged of DAMAGES) {
        await writeFile(join(slotsFolder, name), damaged)
        const { bootloader, slot } = await powerOn()
        assert.equal(slot, 'B', damaged)
        await bootloader.abandonTrial()
        assert.equal((await powerOn()).slot, 'A', damaged)
        await bootloader.boot()
        await bootloader.tryBoot('B')
      }
    })
  }

  test('with both boot files damaged the newest slot that was verified whole runs, and no crash loop', async () => {
    await (await powerOn()).bootloader.tryBoot('B')
    const damage = async () => {
      for (const name of ['boot.a', 'boot.b']) await writeFile(join(slotsFolder, name), 'rubbish')
    }
    const fill = (slot: 'A' | 'B', version: string, securityCounter: number) => {
      const sha256 = 'a'.repeat(64)
      const record = { release: 'factory', version, securityCounter, sha256, listingSha256: sha256 }
      return writeFile(join(slotsFolder, `${slot}.json`), encodeSlotRecord(record))
    }
    await damage()
    assert.equal((await powerOn()).slot, 'A', 'nothing is known')
    await damage()
    await fill('B', '1.4.2', 2)
    assert.equal((await powerOn()).slot, 'B', 'the only one that is whole')
    await damage()
    await fill('A', '1.5.0', 1)
    assert.equal((await powerOn()).slot, 'B', 'its security counter is higher')
    await damage()
    await fill('A', '1.4.10', 2)
    assert.equal((await powerOn()).slot, 'A', 'a newer version')
    const { bootloader } = await powerOn()
    await bootloader.tryBoot('B')
    assert.equal((await powerOn()).slot, 'B', 'and the next choice is kept')
  })

  test('a trial is given up, and a slot committed, on a disk that has no room any more', async () => {
    await (await powerOn()).bootloader.tryBoot('B')
    const sizes = async () => (await stat(join(slotsFolder, 'boot.a'))).ino
    const before = await sizes()
    const { bootloader } = await powerOn()
    await bootloader.commit('B')
    assert.equal(await sizes(), before, 'written in place')
    assert.deepEqual((await readdir(slotsFolder)).sort(), ['boot.a', 'boot.b'])
  })
})
