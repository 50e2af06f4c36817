import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOfSupport } from '@fleetward/shared'
import fc from 'fast-check'
import { earliestEnd, missingUntil } from './support-period.ts'

const period = { reasoning: 'as the market has it', expectedUseMonths: 96 }

/** CRA P-020 */
const cases: readonly (readonly [
  string,
  Parameters<typeof missingUntil>[0],
  string | undefined,
])[] = [
  ['five years to the day', { ...period, starts: '2026-03-01', ends: '2031-02' }, undefined],
  ['a day in the month counts', { ...period, starts: '2026-03-02', ends: '2031-02' }, '2031-03'],
  ['longer', { ...period, starts: '2026-03-01', ends: '2036-12' }, undefined],
  ['shorter than the use', { ...period, starts: '2026-03-01', ends: '2029-02' }, '2031-02'],
  [
    'a reason alone, for what is used for eight years',
    { ...period, starts: '2026-03-01', ends: '2029-02', shorterBecause: 'it is cheaper' },
    '2031-02',
  ],
  [
    'used for three years, and nobody says why',
    { ...period, expectedUseMonths: 36, starts: '2026-03-01', ends: '2029-02' },
    '2031-02',
  ],
  [
    'used for three years, with a reason',
    {
      ...period,
      expectedUseMonths: 36,
      starts: '2026-03-01',
      ends: '2029-02',
      shorterBecause: 'its battery',
    },
    undefined,
  ],
  [
    'shorter than even the short use',
    {
      ...period,
      expectedUseMonths: 36,
      starts: '2026-03-01',
      ends: '2029-01',
      shorterBecause: 'its battery',
    },
    '2029-02',
  ],
  ['ends before it starts', { ...period, starts: '2026-03-01', ends: '2020-01' }, '2031-02'],
  ['a leap day', { ...period, starts: '2028-02-29', ends: '2033-02' }, undefined],
]
for (const [what, given, expected] of cases) {
  test(`a support period has its least length: ${what}`, () => {
    assert.equal(missingUntil(given), expected)
  })
}

const days = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

test('the first month that is long enough is long enough, and the one before is not', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 240 }), (starts, months) => {
      const ends = earliestEnd(starts, months)
      const [year = 0, month = 1, day = 1] = starts.split('-').map(Number)
      const needed = Date.UTC(year, month - 1 + months, day) / 1000
      assert.ok(endOfSupport(ends) >= needed)
      assert.ok(endOfSupport(ends, 1) < needed)
    }),
  )
})
