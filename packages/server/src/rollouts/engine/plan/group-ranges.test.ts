import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupAt, groupRanges } from './group-ranges.ts'
import type { GroupMembers, RolloutPlan } from './plan.ts'

const planOf = (...members: GroupMembers[]): RolloutPlan => ({
  groups: members.map((each, i) => ({
    name: `group ${i}`,
    members: each,
    success: { share: 1, minimum: 1, soakSeconds: 0, afterwards: 'next' },
    error: { share: 1, minimum: 1 },
  })),
  start: {},
  urgency: 'soft',
  priority: 0,
  silenceSeconds: 60,
})
const ten = () => 10

for (const [says, members, expected] of [
  ['shares follow each other', [{ share: 0.1 }, { share: 0.2 }], ['0-1000', '1000-3000']],
  ['the rest is what is left', [{ share: 0.1 }, { rest: true }], ['0-1000', '1000-10000']],
  [
    'a filter takes no positions',
    [{ filter: 'a' }, { share: 0.1 }, { rest: true }],
    ['filter', '0-1000', '1000-10000'],
  ],
  [
    'a count is whole positions, never more than asked',
    [{ count: 105 }, { rest: true }],
    ['0-10', '10-10000'],
  ],
  ['a share after a count begins behind it', [{ count: 100 }, { share: 0.1 }], ['0-10', '10-1010']],
  ['a count above all there are', [{ count: 1e6 }, { rest: true }], ['0-10000', '10000-10000']],
  [
    'three thirds are all',
    [{ share: 1 / 3 }, { share: 1 / 3 }, { share: 1 / 3 }],
    ['0-3333', '3333-6667', '6667-10000'],
  ],
] satisfies [string, GroupMembers[], string[]][]) {
  test(`groups of positions: ${says}`, () => {
    const { ranges, tooSmall } = groupRanges(planOf(...members), ten)
    const said = ranges.map((range) =>
      range === undefined ? 'filter' : `${range.from}-${range.to}`,
    )
    assert.deepEqual([said, tooSmall], [expected, []])
  })
}

test('a count of fewer devices than its first position holds is refused, because it would open more', () => {
  const { tooSmall } = groupRanges(planOf({ count: 9 }, { rest: true }), ten)
  assert.deepEqual(tooSmall, [{ group: 0, asked: 9, least: 10 }])
})

test('every position is in one group, in the order of the groups', () => {
  const members = fc.oneof(
    fc.record({ share: fc.double({ min: 0.0001, max: 0.4, noNaN: true }) }),
    fc.record({ count: fc.integer({ min: 1, max: 50_000 }) }),
    fc.constant({ filter: 'a' }),
  )
  fc.assert(
    fc.property(
      fc.array(members, { maxLength: 8 }),
      fc.integer({ min: 0, max: 9999 }),
      (all, position) => {
        const { ranges } = groupRanges(planOf(...all, { rest: true }), ten)
        const containing = ranges.filter(
          (range) => range && range.from <= position && position < range.to,
        )
        assert.equal(containing.length, 1)
        assert.equal(ranges[groupAt(ranges, position) ?? -1], containing[0])
        const ends = ranges.flatMap((range) => (range === undefined ? [] : [range.from, range.to]))
        assert.deepEqual(
          ends,
          ends.toSorted((a, b) => a - b),
        )
      },
    ),
  )
})
