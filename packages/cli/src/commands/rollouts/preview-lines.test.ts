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

test('a preview says when owners let devices begin, and when a window opens on their own clock', () => {
  const night = { weekdays: [6, 7], from: '22:00', to: '05:30', timeZone: 'Europe/Berlin' }
  const closes = 4_000_032_000
  const hours = {
    ...{ further: 0, anyHour: 3, untold: 2 },
    windows: [{ ...night, devices: 4, opens: 4_000_000_000, closes }],
  }
  const clock = { timeZone: 'Asia/Tokyo', devices: 5, opens: 1_000_000_000, closes }
  const deviceClocks = { clocks: [clock], further: 1, untold: 0 }
  assert.deepEqual(
    previewLines({ members: 9, groups: [], ownersHours: hours, deviceClocks }).slice(1),
    [
      'when owners let those begin that install by themselves:',
      '    4 22:00-05:30 Europe/Berlin on Sat, Sun, opens next 2096-10-02T07:06:40Z',
      '    3 at any hour',
      '    2 have not told whether there is a window',
      'when the window opens on their own clock:',
      '    5 in Asia/Tokyo, open until 2096-10-02T16:00:00Z',
      '    1 in further time zones',
    ],
  )
})

test('what a newer server says of devices is shown by its name', () => {
  assert.ok(lines({ prospects: { dreams: 2 } }).includes('    2 dreams'))
})
