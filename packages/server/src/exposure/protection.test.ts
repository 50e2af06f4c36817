import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curveOf, type Fleet, forecast, reachedAt } from './protection.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const NOW = 1_790_000_000

const fleet = (more: Partial<Fleet> = {}): Fleet => ({
  ...{ total: 100, updated: 40, coming: 60, hasFix: true, ...more },
})
const steps = (...pairs: readonly (readonly [hoursAgo: number, devices: number])[]) =>
  pairs.map(([hoursAgo, devices]) => ({ at: NOW - hoursAgo * HOUR, devices }))

test('a share is reached at the step in which its last device was protected, and not before', () => {
  const some = steps([30, 10], [20, 39], [10, 1], [5, 45])
  assert.equal(reachedAt(some, 100, 0.5), NOW - 10 * HOUR)
  assert.equal(reachedAt(some, 100, 0.95), NOW - 5 * HOUR)
  assert.equal(reachedAt(some, 101, 0.95), undefined)
  assert.equal(reachedAt([], 0, 0.5), undefined)
})

test('95 % of twenty devices are nineteen', () => {
  assert.equal(reachedAt(steps([2, 19]), 20, 0.95), NOW - 2 * HOUR)
  assert.equal(reachedAt(steps([2, 19]), 21, 0.95), undefined)
})

test('the forecast goes on as fast as the last day was, whatever was before', () => {
  // 20 in a day, 55 to go.
  const expected = forecast(steps([200, 20], [12, 10], [1, 10]), fleet(), NOW)
  assert.deepEqual(expected, { kind: 'expected', at: NOW + 2.75 * DAY, perDay: 20 })
})

test('a fix that is out for less than a day is measured by the time that it is out', () => {
  const young = steps([2, 20], [1, 20])
  const { at, perDay } = forecast(young, fleet(), NOW) as { at: number; perDay: number }
  const seconds = 2 * HOUR + 600
  assert.deepEqual([at, perDay], [NOW + Math.ceil((55 * seconds) / 40), 443])
  // One device in ten minutes says little: it counts as one in an hour.
  const first = forecast(steps([0, 1]), fleet({ updated: 1, coming: 99 }), NOW)
  assert.deepEqual(first, { kind: 'expected', at: NOW + 94 * HOUR, perDay: 24 })
})

test('nothing is forecast where nothing can be said, and the reason is', () => {
  const why = (some: ReturnType<typeof steps>, more: Partial<Fleet>) => {
    const found = forecast(some, fleet(more), NOW)
    return found.kind === 'none' ? found.why : found.kind
  }
  const lately = steps([3, 40])
  assert.equal(why([], { total: 0, updated: 0, coming: 0 }), 'nobodyConcerned')
  assert.equal(why(lately, { hasFix: false }), 'noFix')
  assert.equal(why(lately, { coming: 54 }), 'outOfReach')
  assert.equal(why(lately, { coming: 55 }), 'expected')
  assert.equal(why(steps([24, 40]), {}), 'noProgress')
  assert.equal(why(steps([24 * 300, 39], [2, 1]), { total: 1000, coming: 960 }), 'tooSlow')
  assert.equal(why(steps([3, 95]), { updated: 95, coming: 0 }), 'reached')
})

test('the curve falls from everybody when it was known to those who are exposed now', () => {
  const some = steps([30, 10], [20, 39], [0, 1])
  assert.deepEqual(curveOf(some, 100, { knownAt: NOW - 40 * HOUR, now: NOW }), [
    { at: NOW - 40 * HOUR, exposed: 100 },
    { at: NOW - 30 * HOUR, exposed: 90 },
    { at: NOW - 20 * HOUR, exposed: 51 },
    { at: NOW, exposed: 50 },
  ])
  assert.deepEqual(curveOf([], 3, { knownAt: NOW, now: NOW }), [{ at: NOW, exposed: 3 }])
})

test('a year of steps is a picture of some two hundred points, and ends where the fleet is', () => {
  const year = Array.from({ length: 5_000 }, (_, index) => ({
    ...{ at: NOW - (5_000 - index) * HOUR, devices: 1 },
  }))
  const curve = curveOf(year, 6_000, { knownAt: NOW - 6_000 * HOUR, now: NOW })
  assert.ok(curve.length <= 202, `${curve.length} points`)
  assert.deepEqual(curve.at(-1), { at: NOW, exposed: 1_000 })
})
