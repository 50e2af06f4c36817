import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OUTBOX_MAX_BYTES, OUTBOX_MAX_COUNT } from '@fleetward/shared'
import { type Envelope, type Outbox, withoutReport, withReport } from './outbox.ts'

const envelope = (seq: number, about: Envelope['about'], length = 10): Envelope => ({
  seq,
  about,
  token: 'x'.repeat(length),
})
const filled = (about: (seq: number) => Envelope['about']): Outbox =>
  Array.from({ length: OUTBOX_MAX_COUNT }, (_, i) => envelope(i + 1, about(i + 1)))
const seqs = (outbox: Outbox) => outbox.map(({ seq }) => seq)

test('a full outbox loses its oldest progress first', () => {
  const outbox = filled((seq) => (seq % 50 === 0 ? 'progress' : seq === 3 ? 'refusal' : 'state'))
  const after = withReport(outbox, envelope(201, 'state'))
  assert.equal(after.length, OUTBOX_MAX_COUNT)
  assert.deepEqual(
    seqs(outbox).filter((seq) => !seqs(after).includes(seq)),
    [50],
  )
})

test('then its oldest refusal, then its oldest report', () => {
  const refusals = filled((seq) => (seq === 7 || seq === 9 ? 'refusal' : 'state'))
  assert.ok(!seqs(withReport(refusals, envelope(201, 'state'))).includes(7))
  const states = filled(() => 'state')
  assert.ok(!seqs(withReport(states, envelope(201, 'state'))).includes(1))
})

test('progress that finds the outbox full of more important things is not kept itself', () => {
  assert.deepEqual(
    withReport(
      filled(() => 'state'),
      envelope(201, 'progress'),
    ),
    filled(() => 'state'),
  )
})

test('long reports count by their length', () => {
  let outbox: Outbox = []
  for (let seq = 1; seq <= 100; seq += 1) outbox = withReport(outbox, envelope(seq, 'state', 8000))
  assert.equal(outbox.length, Math.floor(OUTBOX_MAX_BYTES / 8000))
  assert.equal(outbox.at(-1)?.seq, 100)
})

test('an acknowledged report goes, once', () => {
  const outbox = withoutReport(
    filled(() => 'state'),
    5,
  )
  assert.ok(!seqs(outbox).includes(5))
  assert.deepEqual(withoutReport(outbox, 5), outbox)
})
