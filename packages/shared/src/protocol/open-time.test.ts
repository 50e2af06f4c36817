/** Maintenance windows in the owner's own time, also on the days on which clocks are moved. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FactoryWindow } from './factory-settings.ts'
import { openTimeAt } from './open-time.ts'

const ALL = [1, 2, 3, 4, 5, 6, 7]
const berlin = (from: string, to: string, weekdays = ALL): FactoryWindow => ({
  ...{ weekdays, from, to, timeZone: 'Europe/Berlin' },
})
const seconds = (iso: string) => Date.parse(iso) / 1000
const isoOf = (at: number) => new Date(at * 1000).toISOString().slice(0, 16)

function opensAndCloses(now: string, window: FactoryWindow): string[] {
  const { opens, closes } = openTimeAt(seconds(now), window, window.timeZone)
  return [isoOf(opens), isoOf(closes)]
}

for (const [what, now, window, expected] of [
  [
    'before it opens',
    '2026-11-21T00:00Z',
    berlin('02:00', '05:00'),
    ['2026-11-21T01:00', '2026-11-21T04:00'],
  ],
  [
    'in its first second',
    '2026-11-21T01:00Z',
    berlin('02:00', '05:00'),
    ['2026-11-21T01:00', '2026-11-21T04:00'],
  ],
  [
    'the moment it closes',
    '2026-11-21T04:00Z',
    berlin('02:00', '05:00'),
    ['2026-11-22T01:00', '2026-11-22T04:00'],
  ],
  [
    'over midnight, before it',
    '2026-11-21T22:30Z',
    berlin('23:00', '01:00'),
    ['2026-11-21T22:00', '2026-11-22T00:00'],
  ],
  [
    'over midnight, after it',
    '2026-11-21T23:30Z',
    berlin('23:00', '01:00'),
    ['2026-11-21T22:00', '2026-11-22T00:00'],
  ],
  [
    'of another weekday',
    '2026-11-21T12:00Z',
    berlin('02:00', '05:00', [3]),
    ['2026-11-25T01:00', '2026-11-25T04:00'],
  ],
  [
    'that opened on its weekday and closes on the next',
    '2026-11-21T23:30Z',
    berlin('23:00', '02:00', [6]),
    ['2026-11-21T22:00', '2026-11-22T01:00'],
  ],
  [
    'of this weekday, a week ahead',
    '2026-11-21T12:00Z',
    berlin('02:00', '05:00', [6]),
    ['2026-11-28T01:00', '2026-11-28T04:00'],
  ],
] as const) {
  test(`a window ${what} is ${expected.join(' to ')} UTC`, () => {
    assert.deepEqual(opensAndCloses(now, window), [...expected])
  })
}

test('in the night that has 23 hours, a window in the hour that is skipped opens an hour later', () => {
  const window = berlin('02:30', '04:00')
  assert.deepEqual(opensAndCloses('2027-03-27T23:30Z', window), [
    '2027-03-28T01:30',
    '2027-03-28T02:00',
  ])
})

test('a window that is skipped altogether opens the next night', () => {
  const window = berlin('02:15', '02:45')
  // 02:15 comes at 03:15 summer time, 02:45 at 03:45: moved, not lost.
  assert.deepEqual(opensAndCloses('2027-03-27T23:30Z', window), [
    '2027-03-28T01:15',
    '2027-03-28T01:45',
  ])
  const across = berlin('02:30', '03:10')
  assert.deepEqual(opensAndCloses('2027-03-27T23:30Z', across), [
    '2027-03-29T00:30',
    '2027-03-29T01:10',
  ])
})

test('in the night that has 25 hours, an hour that comes twice opens the window once', () => {
  const window = berlin('02:30', '04:00')
  assert.deepEqual(opensAndCloses('2026-10-24T23:00Z', window), [
    '2026-10-25T00:30',
    '2026-10-25T03:00',
  ])
  assert.deepEqual(opensAndCloses('2026-10-25T01:15Z', window), [
    '2026-10-25T00:30',
    '2026-10-25T03:00',
  ])
})

test('a place half an hour off has its own window', () => {
  const window = { ...berlin('02:00', '05:00'), timeZone: 'Asia/Kolkata' }
  assert.deepEqual(opensAndCloses('2026-11-21T12:00Z', window), [
    '2026-11-21T20:30',
    '2026-11-21T23:30',
  ])
})

test('at every moment there is a window that is open or opens within two weeks, and it ends later', () => {
  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  const words = ([hour, minute]: [number, number]) =>
    `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  fc.assert(
    fc.property(
      fc.integer({ min: seconds('2026-01-01'), max: seconds('2036-01-01') }),
      fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
      time,
      time,
      fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (now, timeZone, from, to, weekdays) => {
        fc.pre(words(from) !== words(to))
        const window = { weekdays, from: words(from), to: words(to), timeZone }
        const { opens, closes } = openTimeAt(now, window, window.timeZone)
        assert.ok(closes > now && closes > opens)
        assert.ok(opens - now < 14 * 86_400)
      },
    ),
    { numRuns: 300 },
  )
})
