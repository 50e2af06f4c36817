import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Step, stepsToOpen } from './opening-steps.ts'

const steps: Step[] = [
  { position: 3, count: 2 },
  { position: 4, count: 3 },
  { position: 9, count: 10 },
]
const left = 15
const rangeEnd = 100

for (const [says, atMost, most, expected] of [
  ['nothing fits', 1, 5, { upTo: undefined, count: 0, split: undefined }],
  ['one whole step', 4, 5, { upTo: 4, count: 2, split: undefined }],
  ['two whole steps', 5, 20, { upTo: 5, count: 5, split: undefined }],
  ['a step that will fit is waited for', 14, 15, { upTo: 5, count: 5, split: undefined }],
  [
    'a step that will never fit is split',
    7,
    8,
    { upTo: 10, count: 7, split: { position: 9, opened: 2 } },
  ],
  ['and not when there is no room left for it', 5, 8, { upTo: 5, count: 5, split: undefined }],
  ['with the last device the whole range', 15, 20, { upTo: 100, count: 15, split: undefined }],
] as const) {
  test(`opening ${atMost} of steps of 2, 3 and 10: ${says}`, () => {
    assert.deepEqual(stepsToOpen(steps, { atMost, most, left, rangeEnd }), expected)
  })
}

test('never more than allowed, and a full allowance always opens somebody', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 })
  const bounds = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 60 }))
  fc.assert(
    fc.property(counts, bounds, (sizes, [a, b]) => {
      const [atMost, most] = [Math.min(a, b), b]
      const queue = sizes.map((count, position) => ({ position, count }))
      const all = sizes.reduce((sum, count) => sum + count, 0)
      const { upTo, count, split } = stepsToOpen(queue, { atMost, most, left: all, rangeEnd: 99 })
      assert.ok(count <= atMost)
      if (atMost === most) assert.ok(count > 0)
      // What a manifest with this upTo reaches is what was counted, but for those who are held.
      if (upTo === undefined) return assert.equal(count, 0)
      const reached = sizes.slice(0, upTo).reduce((sum, size) => sum + size, 0)
      const held = split === undefined ? 0 : (sizes[split.position] ?? 0) - split.opened
      assert.equal(reached - held, count)
    }),
  )
})
