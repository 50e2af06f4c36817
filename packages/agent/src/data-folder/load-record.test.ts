/** What an agent goes on with when its record is there, was never written, or is damaged. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import { firstRecord } from '../core/agent-record.ts'
import type { SlotName } from '../ports.ts'
import { loadRecord } from './load-record.ts'

const NOW = 1_790_000_000
let folder: string
let events: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-record-'))
  events = []
})
afterEach(() => rm(folder, { recursive: true }))

const load = () =>
  loadRecord(
    {
      store: new FileRecordStore(folder),
      systemClock: { systemMs: () => NOW * 1000 },
      log: { write: (_level, event) => void events.push(event) },
      bootloader: {
        bootedSlot: async () => 'B',
        boot: never,
        tryBoot: never,
        abandonTrial: async () => void events.push('trial-abandoned'),
        commit: never,
      },
      installer: {
        contents: async (slot: SlotName) => ({
          version: '1.4.3',
          securityCounter: slot === 'B' ? 5 : 1,
          folder,
          start: ['start'],
          selfTest: ['test'],
        }),
        write: never,
      },
    },
    'early',
  )

async function never(): Promise<never> {
  assert.fail('nothing is changed to find out what there is')
}

test('a first start has the security counter of the firmware it came with', async () => {
  assert.deepEqual(await load(), firstRecord('early', 5, 0))
  assert.deepEqual(events, ['trial-abandoned'])
})

test('a saved record is gone on with', async () => {
  const saved = { ...firstRecord('late', 7, NOW), commandSeq: 3 }
  await new FileRecordStore(folder).save(saved)
  assert.deepEqual(await load(), saved)
  assert.deepEqual(events, [], 'a trial under way goes on')
})

test('with both copies damaged the counter of the committed slot stays the floor, and the gap in the reports shows the loss', async () => {
  const store = new FileRecordStore(folder)
  for (const counter of [6, 7]) await store.save(firstRecord('early', counter, NOW))
  for (const name of ['record.a', 'record.b']) await truncate(join(folder, name), 40)
  const { securityCounter, reports } = await load()
  assert.equal(securityCounter, 5)
  assert.equal(reports.seq, NOW, 'no device counts that far')
  assert.match(reports.prev, /^0{64}$/)
  assert.deepEqual(events, ['record-lost', 'trial-abandoned'])
})
