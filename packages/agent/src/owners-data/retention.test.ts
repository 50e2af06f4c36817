/** What is kept long enough is deleted, what protects the device is not: CRA P-078. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type AgentRecord, firstRecord } from '../core/agent-record.ts'
import { deleteExpired, recordWithinRetention } from './retention.ts'

const NOW = 1_900_000_000
const DAY = 86_400
const tokenOf = (iat: number) => `h.${Buffer.from(JSON.stringify({ iat })).toString('base64url')}.s`
const envelope = (seq: number, daysAgo: number) => ({
  ...{ seq, about: 'state' as const, token: tokenOf(NOW - daysAgo * DAY) },
})

const RECORD: AgentRecord = {
  ...firstRecord('homes', 3, NOW - 10),
  commandSeq: 5,
  firstNotices: [
    { path: 'security/1.0.0/a', at: NOW - 900 * DAY },
    { path: 'security/1.1.0/a', at: NOW - 700 * DAY },
  ],
  reports: {
    ...{ seq: 12, prev: 'a'.repeat(64), nonce: 'n', inventoryDigest: '' },
    outbox: [envelope(9, 400), envelope(10, 91), envelope(11, 89)],
  },
}

test('reports of a server that stays away and old notices go, counters and chain stay', () => {
  const after = recordWithinRetention(RECORD, NOW)
  assert.deepEqual(
    after.reports.outbox.map(({ seq }) => seq),
    [11],
  )
  assert.deepEqual(
    after.firstNotices.map(({ path }) => path),
    ['security/1.1.0/a'],
  )
  const { outbox: _, ...chain } = after.reports
  assert.deepEqual(chain, (({ outbox: __, ...kept }) => kept)(RECORD.reports))
  assert.deepEqual([after.securityCounter, after.commandSeq], [3, 5])
})

test('the last report stays whatever its age, and one that cannot be read as well', () => {
  const old = { ...RECORD.reports, outbox: [{ ...envelope(1, 1), token: 'x' }, envelope(2, 400)] }
  assert.equal(recordWithinRetention({ ...RECORD, reports: old }, NOW).reports.outbox.length, 2)
})

test('nothing is saved when nothing is too old', () => {
  const young = recordWithinRetention(RECORD, NOW)
  assert.equal(recordWithinRetention(young, NOW), young)
})

test('a clock that moves on takes old files along, each after its own time', async (t) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fleetward-retention-'))
  t.after(() => rm(dataFolder, { recursive: true }))
  for (const name of ['import', 'logs', 'download', 'tuf']) {
    await mkdir(join(dataFolder, name))
    await writeFile(join(dataFolder, name, 'file'), '')
    await utimes(join(dataFolder, name, 'file'), NOW, NOW)
  }
  let record = RECORD
  const at = async (days: number) => {
    const run = {
      now: () => NOW + days * DAY,
      tend: async (change: typeof recordWithinRetention) => {
        record = change(record, NOW + days * DAY)
      },
      get record() {
        return record
      },
    }
    const { signal } = new AbortController()
    const timer = { wait: async () => {} }
    await deleteExpired({ dataFolder, run, timer, log: { write: () => {} }, signal })
    const left = []
    for (const name of await readdir(dataFolder)) {
      if ((await readdir(join(dataFolder, name))).length > 0) left.push(name)
    }
    return left.sort().join(' ')
  }
  assert.equal(await at(0.5), 'download import logs tuf')
  assert.equal(await at(2), 'download logs tuf')
  assert.equal(await at(31), 'tuf')
})
