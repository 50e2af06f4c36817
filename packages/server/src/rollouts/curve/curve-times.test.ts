import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { curveTimes } from './curve-times.ts'

const FROM = 1_790_000_000

test('a curve has a point at its ends, each so many minutes, and at what happened', () => {
  const happened = [{ at: FROM }, { at: FROM + 90 }, { at: FROM + 120 }, { at: FROM + 120 }]
  assert.deepEqual(
    curveTimes(FROM, FROM + 200, happened),
    [0, 60, 90, 120, 180, 200].map((seconds) => FROM + seconds),
  )
  assert.deepEqual(curveTimes(FROM, FROM, []), [FROM])
})

test('while a rollout runs its points stay where they are, until they are too many', () => {
  const before = curveTimes(FROM, FROM + 8_000, [])
  const after = curveTimes(FROM, FROM + 8_070, [])
  assert.deepEqual(after.slice(0, before.length - 1), before.slice(0, -1))
})

test('however long it takes, its points are few, rise, and reach from end to end', () => {
  const seconds = fc.integer({ min: 0, max: 40 * 366 * 86_400 })
  fc.assert(
    fc.property(seconds, fc.array(seconds, { maxLength: 50 }), (length, happened) => {
      const moments = happened.map((after) => ({ at: FROM + after }))
      const times = curveTimes(FROM, FROM + length, moments)
      assert.ok(times.length <= 202)
      assert.deepEqual([times[0], times.at(-1)], [FROM, FROM + length])
      assert.ok(times.every((at, index) => index === 0 || at > (times[index - 1] ?? at)))
      for (const { at } of moments) assert.ok(at > FROM + length || times.includes(at))
    }),
  )
})
