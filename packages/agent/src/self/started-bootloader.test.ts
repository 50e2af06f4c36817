import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { SlotBootloader } from '../adapters/slot-bootloader.ts'
import { StartedBootloader } from './started-bootloader.ts'

let folder: string
let slots: SlotBootloader
let restarts: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-started-'))
  slots = new SlotBootloader({ slotsFolder: folder, trialBoots: 2 })
  restarts = 0
})
afterEach(() => rm(folder, { recursive: true }))

function started(slot: 'A' | 'B', end = new AbortController()): StartedBootloader {
  const bootAgain = () => {
    restarts += 1
    end.abort()
  }
  return new StartedBootloader({ slots, slot, bootAgain, signal: end.signal })
}

test('the first boot is the starter’s: no second try is taken', async () => {
  await slots.tryBoot('B')
  assert.equal(await slots.boot(), 'B')
  assert.equal(await started('B').boot(), 'B')
  assert.equal(await slots.boot(), 'B', 'one try of two is left')
  assert.equal(await slots.boot(), 'A')
})

test('an agent on its last try finishes the trial all the same', async () => {
  await slots.tryBoot('B')
  await slots.boot()
  assert.equal(await slots.boot(), 'B')
  const bootloader = started('B')
  assert.equal(await bootloader.boot(), 'B')
  await bootloader.commit('B')
  assert.equal(await bootloader.boot(), 'B')
  assert.equal(restarts, 0)
})

test('a switch ends the agent, and the effect that waits for it ends with it', async () => {
  const bootloader = started('A')
  await bootloader.boot()
  await bootloader.tryBoot('B')
  await assert.rejects(bootloader.boot(), { code: 'REBOOT_FAILED' })
  assert.equal(restarts, 1)
})

test('giving up the trial ends the agent on trial', async () => {
  await slots.tryBoot('B')
  await slots.boot()
  const bootloader = started('B')
  await bootloader.boot()
  await bootloader.abandonTrial()
  await assert.rejects(bootloader.boot(), { code: 'REBOOT_FAILED' })
  assert.equal(restarts, 1)
})

test('a boot into the slot that runs already ends nobody', async () => {
  const bootloader = started('A')
  await bootloader.boot()
  assert.equal(await bootloader.boot(), 'A')
  assert.equal(restarts, 0)
})

test('the slot that the agent lies in is never put on trial', async () => {
  await slots.tryBoot('B')
  await slots.boot()
  await assert.rejects(started('B').tryBoot('B'), { code: 'SLOT_WRITE_FAILED' })
})
