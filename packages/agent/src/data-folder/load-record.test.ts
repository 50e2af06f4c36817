/** What an agent goes on with when its record is there, was never written, or is damaged. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises'
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
let systemSeconds: number
let readable: SlotName[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-record-'))
  events = []
  systemSeconds = NOW
  readable = ['A', 'B']
})
afterEach(() => rm(folder, { recursive: true }))

const load = () =>
  loadRecord(
    {
      store: new FileRecordStore(folder),
      systemClock: { systemMs: () => systemSeconds * 1000 },
      log: { write: (_level, event) => void events.push(event) },
      bootloader: {
        bootedSlot: async () => 'B',
        boot: never,
        tryBoot: never,
        abandonTrial: async () => void events.push('trial-abandoned'),
        commit: never,
      },
      installer: {
        contents: async (slot: SlotName) =>
          readable.includes(slot)
            ? {
                version: '1.4.3',
                securityCounter: slot === 'B' ? 5 : 3,
                folder,
                start: ['start'],
                selfTest: ['test'],
              }
            : undefined,
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

const loseRecord = async () => {
  const store = new FileRecordStore(folder)
  for (const counter of [6, 7]) await store.save(firstRecord('early', counter, NOW))
  for (const name of ['record.a', 'record.b']) {
    const path = join(folder, name)
    await truncate(path, 40)
    await utimes(path, NOW - 60, NOW - 60)
  }
}

// CRA P-f0: what the agent keeps.
test('with both copies damaged the counter of the committed slot stays the floor, and the gap in the reports shows the loss', async () => {
  await loseRecord()
  const { securityCounter, reports, events: pending } = await load()
  assert.equal(securityCounter, 5)
  assert.equal(reports.seq, NOW, 'no device counts that far')
  assert.match(reports.prev, /^0{64}$/)
  assert.deepEqual(events, ['record-lost', 'trial-abandoned'])
  assert.deepEqual(
    pending?.map(({ event }) => event.name),
    ['record-lost'],
    'the server is told',
  )
})

test('a clock at 1970 does not bring back numbers of reports that the server has', async () => {
  await loseRecord()
  systemSeconds = 12
  assert.equal((await load()).reports.seq, NOW - 60, 'when the record was last written')
})

test('of a committed slot that cannot be read the other one says the floor', async () => {
  await loseRecord()
  readable = ['A']
  assert.equal((await load()).securityCounter, 3)
})

test('with one copy lost the record before it is gone on with, and numbers that may be told are left out', async () => {
  const store = new FileRecordStore(folder)
  const record = firstRecord('early', 5, NOW)
  for (const seq of [10, 11, 12]) {
    await store.save({ ...record, reports: { ...record.reports, seq, prev: 'a'.repeat(64) } })
  }
  await writeFile(join(folder, 'record.a'), 'rubbish')
  const { reports, events: pending } = await load()
  assert.equal(reports.seq, 11 + 64)
  assert.match(reports.prev, /^0{64}$/)
  assert.deepEqual(
    pending?.map(({ event }) => event.name),
    ['record-damaged'],
  )
})
