/** The rule by which a device's activity log is found to be cut, as a table. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogClaim, LogHead } from '@fleetward/shared'
import { type LogFinding, logAfter } from './log-watch.ts'

const NOW = 1_800_000_000
const h = (letter: string) => letter.repeat(64)
const at = (seq: number, letter: string): LogHead => ({ seq, hash: h(letter) })
const known = at(7, 'a')

interface Row {
  readonly says: string
  readonly log: LogClaim
  readonly event?: string
  readonly missing?: boolean
  readonly flaw?: LogFinding['flaw']
}

const rows: readonly Row[] = [
  { says: 'the same head again', log: known },
  { says: 'more entries that stand on the known one', log: { ...at(9, 'b'), since: known } },
  { says: 'fewer entries', log: at(6, 'c'), flaw: 'truncated' },
  { says: 'no entries', log: { seq: 0, hash: '' }, flaw: 'truncated' },
  { says: 'another entry in the place of the known one', log: at(7, 'b'), flaw: 'altered' },
  {
    says: 'more entries that stand on another one',
    log: { ...at(9, 'b'), since: at(7, 'b') },
    flaw: 'altered',
  },
  { says: 'more entries that stand on nothing', log: at(9, 'b'), flaw: 'unconfirmed' },
  {
    says: 'the same after reports that never came',
    log: { ...at(9, 'b'), since: at(8, 'c') },
    missing: true,
  },
  {
    says: 'a new log without the reset that began it',
    log: { ...at(2, 'b'), restartedFrom: known },
    flaw: 'truncated',
  },
  {
    says: 'a new log with the reset that began it',
    log: { ...at(2, 'b'), restartedFrom: known },
    event: 'reset',
  },
  {
    says: 'a new log with its reset after reports that never came',
    log: { ...at(2, 'b'), restartedFrom: at(9, 'b') },
    event: 'reset',
    missing: true,
  },
  {
    says: 'a reset of a log the server does not know',
    log: { ...at(2, 'b'), restartedFrom: at(7, 'b') },
    event: 'reset',
    flaw: 'truncated',
  },
  {
    says: 'a new log with another event',
    log: { ...at(2, 'b'), restartedFrom: known },
    event: 'erased',
    flaw: 'truncated',
  },
]

for (const { says, log, event, missing = false, flaw } of rows) {
  test(`CRA P-074: ${says} is ${flaw ?? 'no finding'}`, () => {
    const report = event === undefined ? { log } : { log, event: { name: event } }
    const after = logAfter({ head: known, broken: undefined }, report, {
      isNext: !missing,
      now: NOW,
    })
    assert.deepEqual(after.head, { seq: log.seq, hash: log.hash })
    const finding = { flaw, known: 7, knownHash: h('a'), seen: log.seq, at: NOW }
    assert.deepEqual(after.broken, flaw === undefined ? undefined : finding)
  })
}

test('the first finding stays, and a reset that is told late takes back what it explains', () => {
  const broken: LogFinding = { flaw: 'truncated', known: 7, knownHash: h('a'), seen: 2, at: NOW }
  const later = { isNext: true, now: NOW + 60 }
  const next = logAfter({ head: at(9, 'b'), broken }, { log: at(1, 'c') }, later)
  assert.deepEqual(next.broken, broken)
  const explained = { log: { ...at(4, 'd'), restartedFrom: known }, event: { name: 'reset' } }
  assert.equal(logAfter({ head: at(3, 'c'), broken }, explained, later).broken, undefined)
  const altered: LogFinding = { ...broken, flaw: 'altered' }
  assert.deepEqual(logAfter({ head: known, broken: altered }, explained, later).broken, altered)
})

test('a device that never told of a log, or of an empty one, is taken as it is', () => {
  const when = { isNext: true, now: NOW }
  assert.deepEqual(logAfter({ head: undefined, broken: undefined }, {}, when).head, undefined)
  const empty = { head: { seq: 0, hash: '' }, broken: undefined }
  assert.equal(logAfter(empty, { log: at(3, 'b') }, when).broken, undefined)
})
