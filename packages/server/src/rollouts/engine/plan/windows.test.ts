/** The operator's windows and cron starts, also on the days on which clocks are moved. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTimeAt } from '@fleetward/shared'
import fc from 'fast-check'
import type { OperatorsWindow } from './plan.ts'
import { isZone, nextOfCron, opensAt, startsAt } from './windows.ts'

const ALL = [1, 2, 3, 4, 5, 6, 7]
const berlin = (from: string, to: string, weekdays = ALL): OperatorsWindow => ({
  ...{ weekdays, from, to, zone: 'Europe/Berlin' },
})
const seconds = (iso: string) => Date.parse(iso) / 1000
const isoOf = (at: number | undefined) =>
  at === undefined ? undefined : new Date(at * 1000).toISOString().slice(0, 16)

// Berlin moves its clocks on 2026-03-29 at 02:00 (to 03:00) and on 2026-10-25 at 03:00 (to 02:00).
for (const [what, now, window, opens, closes] of [
  [
    'before it opens',
    '2026-06-10T12:00Z',
    berlin('02:00', '05:00'),
    '2026-06-11T00:00',
    '2026-06-11T03:00',
  ],
  [
    'while it is open',
    '2026-06-11T01:00Z',
    berlin('02:00', '05:00'),
    '2026-06-11T00:00',
    '2026-06-11T03:00',
  ],
  [
    'the moment it closes',
    '2026-06-11T03:00Z',
    berlin('02:00', '05:00'),
    '2026-06-12T00:00',
    '2026-06-12T03:00',
  ],
  [
    'across midnight, before it',
    '2026-06-10T20:30Z',
    berlin('22:00', '04:00'),
    '2026-06-10T20:00',
    '2026-06-11T02:00',
  ],
  [
    'across midnight, after it',
    '2026-06-11T01:59Z',
    berlin('22:00', '04:00'),
    '2026-06-10T20:00',
    '2026-06-11T02:00',
  ],
  [
    'a weekday is the one on which it opens',
    '2026-06-13T00:00Z',
    berlin('22:00', '04:00', [5]),
    '2026-06-12T20:00',
    '2026-06-13T02:00',
  ],
  [
    'weekdays only',
    '2026-06-13T12:00Z',
    berlin('09:00', '17:00', [1, 2, 3, 4, 5]),
    '2026-06-15T07:00',
    '2026-06-15T15:00',
  ],
  [
    'it begins in the hour that is skipped',
    '2026-03-28T12:00Z',
    berlin('02:30', '05:00'),
    '2026-03-29T01:30',
    '2026-03-29T03:00',
  ],
  [
    'it spans the hour that is skipped',
    '2026-03-29T00:30Z',
    berlin('01:00', '04:00'),
    '2026-03-29T00:00',
    '2026-03-29T02:00',
  ],
  [
    'its beginning comes twice: the first time',
    '2026-10-24T12:00Z',
    berlin('02:30', '05:00'),
    '2026-10-25T00:30',
    '2026-10-25T04:00',
  ],
  [
    'its beginning came twice: it does not open again',
    '2026-10-25T04:00Z',
    berlin('02:30', '05:00'),
    '2026-10-26T01:30',
    '2026-10-26T04:00',
  ],
] as const) {
  test(`a window, ${what}`, () => {
    const found = openTimeAt(seconds(now), window, window.zone)
    assert.deepEqual([isoOf(found.opens), isoOf(found.closes)], [opens, closes])
  })
}

test('a window opens on every day it names, also when clocks are moved', () => {
  const times = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  const time = ([hour, minute]: readonly [number, number]) =>
    `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
  )
  const days = fc.integer({ min: seconds('2026-01-01T00:00Z'), max: seconds('2027-01-01T00:00Z') })
  fc.assert(
    fc.property(times, times, zones, days, (from, to, zone, now) => {
      fc.pre(time(from) !== time(to))
      const window = { weekdays: ALL, from: time(from), to: time(to), zone }
      const opens = opensAt(window, now)
      assert.ok(opens >= now && opens - now <= 2 * 86_400)
      const open = openTimeAt(opens, window, window.zone)
      assert.ok(open.opens <= opens && opens < open.closes)
      // Where it says that it opens later, it is closed until then.
      if (opens > now) assert.ok(openTimeAt(now, window, window.zone).opens === opens)
    }),
  )
})

for (const [what, expression, now, next] of [
  ['the next Monday', '0 9 * * 1', '2026-06-10T12:00Z', '2026-06-15T07:00'],
  ['never the present moment', '0 9 * * *', '2026-06-15T07:00Z', '2026-06-16T07:00'],
  [
    'a time in the hour that is skipped comes at its end',
    '30 2 * * *',
    '2026-03-28T12:00Z',
    '2026-03-29T01:00',
  ],
  [
    'a time that comes twice comes the first time',
    '30 2 * * *',
    '2026-10-24T12:00Z',
    '2026-10-25T00:30',
  ],
  ['and not again', '30 2 * * *', '2026-10-25T00:30Z', '2026-10-26T01:30'],
  ['a leap day', '0 0 29 2 *', '2026-06-10T12:00Z', '2028-02-28T23:00'],
  ['a day that never comes', '0 0 30 2 *', '2026-06-10T12:00Z', undefined],
] as const) {
  test(`a cron start in Berlin: ${what}`, () => {
    const cron = { expression, zone: 'Europe/Berlin' }
    assert.equal(isoOf(nextOfCron(cron, seconds(now))), next)
    assert.equal(startsAt({ cron }, seconds(now)), nextOfCron(cron, seconds(now)))
  })
}

test('a start without an instant is now, and one that is over too', () => {
  assert.deepEqual(
    [startsAt({}, 100), startsAt({ at: 50 }, 100), startsAt({ at: 150 }, 100)],
    [100, 100, 150],
  )
})

test('a zone is known or not', () => {
  assert.deepEqual(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isZone), [
    true,
    true,
    false,
    false,
  ])
})
