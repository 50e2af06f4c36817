import assert from 'node:assert/strict'
import { test } from 'node:test'
import { previewLines } from './preview-lines.ts'

const group = {
  ...{ name: 'everybody', members: 9, sample: ['G1-0001'], notes: [] },
  prospects: { takesIt: 4, asksOwner: 1, postponed: 2, optedOut: 1, saidNothing: 1, runsIt: 0 },
}
const lines = (change: object) => previewLines({ members: 9, groups: [{ ...group, ...change }] })

test('a preview says in words how many install it by themselves, ask, wait for their owner, or have not said', () => {
  assert.deepEqual(
    lines({ postponedUntil: { earliest: 1_790_000_000, latest: 1_790_086_400 } }).slice(1),
    [
      'everybody: 9 devices',
      '    4 install it by themselves',
      '    1 ask their owner',
      '    2 were told by their owner to wait with this release',
      '    1 are opted out by their owner',
      '    1 have not said what their owner chose',
      '    postponed until 2026-09-21T14:13:20Z at the earliest, 2026-09-22T14:13:20Z at the latest',
      '    for example G1-0001',
    ],
  )
  const one = { earliest: 1_790_000_000, latest: 1_790_000_000 }
  assert.ok(lines({ postponedUntil: one }).includes('    postponed until 2026-09-21T14:13:20Z'))
})

test('what a newer server says of devices is shown by its name', () => {
  assert.ok(lines({ prospects: { dreams: 2 } }).includes('    2 dreams'))
})
