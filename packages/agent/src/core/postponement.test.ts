/** How long an owner may still put an update off (CRA P-055). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OwnersBounds } from '@fleetward/shared'
import { allowanceOf } from './postponement.ts'

const HOUR = 3600
const DAY = 24 * HOUR
const NOTICE = 1_800_000_000
const bounds = { postponeUpToSeconds: 7 * DAY } as OwnersBounds

describe('what remains of a week', () => {
  const cases: readonly (readonly [
    when: string,
    now: number,
    expected: { latest: number; usedSeconds: number; remainingSeconds: number; choices: number[] },
  ])[] = [
    [
      'at the first notice',
      NOTICE,
      {
        ...{ latest: NOTICE + 7 * DAY, usedSeconds: 0, remainingSeconds: 7 * DAY },
        choices: [HOUR, DAY, 7 * DAY],
      },
    ],
    [
      'a second later',
      NOTICE + 1,
      {
        ...{ latest: NOTICE + 7 * DAY, usedSeconds: 1, remainingSeconds: 7 * DAY - 1 },
        choices: [HOUR, DAY],
      },
    ],
    [
      'an hour before its end',
      NOTICE + 7 * DAY - HOUR,
      {
        ...{ latest: NOTICE + 7 * DAY, usedSeconds: 7 * DAY - HOUR, remainingSeconds: HOUR },
        choices: [HOUR],
      },
    ],
    [
      'years after its end',
      NOTICE + 1000 * DAY,
      {
        ...{ latest: NOTICE + 7 * DAY, usedSeconds: 7 * DAY, remainingSeconds: 0 },
        choices: [],
      },
    ],
    [
      'with a notice from a month ahead of the clock: a week from now and no more',
      NOTICE - 30 * DAY,
      {
        ...{ latest: NOTICE - 23 * DAY, usedSeconds: 0, remainingSeconds: 7 * DAY },
        choices: [HOUR, DAY, 7 * DAY],
      },
    ],
  ]
  for (const [when, now, expected] of cases) {
    test(when, () => assert.deepEqual(allowanceOf(NOTICE, bounds, now), expected))
  }
})

test('a release that may not be put off cannot be', () => {
  const none = { postponeUpToSeconds: 0 } as OwnersBounds
  const { latest, remainingSeconds, choices } = allowanceOf(NOTICE, none, NOTICE)
  assert.deepEqual([latest, remainingSeconds, choices], [NOTICE, 0, []])
})
