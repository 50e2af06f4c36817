import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allowanceOf, devicesPerMinute, recentOpenings } from './allowance.ts'
import { newEngineState, type Opening } from './engine-state.ts'
import type { Pace, RolloutPlan } from './plan/plan.ts'

const NOW = 1_790_000_000
const plan: RolloutPlan = {
  groups: [],
  start: {},
  urgency: 'soft',
  priority: 0,
  silenceSeconds: 3600,
}
const fixed = (devicesPerMinute: number): Pace => ({ kind: 'fixed', devicesPerMinute })

function countOf(
  change: Partial<RolloutPlan>,
  openings: readonly Opening[],
  { artifactBytes = 1000, left = 1_000_000 } = {},
) {
  const state = { ...newEngineState(1), openings }
  const { count, wait } = allowanceOf({ ...plan, ...change }, state, { artifactBytes, left }, NOW)
  return wait === undefined ? count : [wait.because.rule, wait.until - NOW]
}

for (const [says, change, openings, options, expected] of [
  ['without a pace everybody', {}, [], {}, 1_000_000],
  ['the whole minute at first', { pace: fixed(100) }, [], {}, 100],
  ['no more than are left', { pace: fixed(100) }, [], { left: 3 }, 3],
  ['what the last minute left', { pace: fixed(100) }, [{ at: NOW - 60, count: 60 }], {}, 40],
  ['all again after 61 seconds', { pace: fixed(100) }, [{ at: NOW - 61, count: 60 }], {}, 100],
  [
    'nothing when it is used, until the first of them is over',
    { pace: fixed(100) },
    [
      { at: NOW - 50, count: 60 },
      { at: NOW - 20, count: 40 },
    ],
    {},
    ['paceReached', 11],
  ],
  [
    'no crumbs: an opening is a manifest for everybody',
    { pace: fixed(100) },
    [{ at: NOW - 50, count: 95 }],
    {},
    ['paceReached', 11],
  ],
  ['crumbs when no more are left', { pace: fixed(100) }, [{ at: NOW, count: 95 }], { left: 2 }, 2],
  ['bytes bound devices', { bytesPerMinute: 5500 }, [], {}, 5],
  ['the lower of pace and bytes: bytes', { pace: fixed(9), bytesPerMinute: 5500 }, [], {}, 5],
  ['the lower of pace and bytes: pace', { pace: fixed(3), bytesPerMinute: 5500 }, [], {}, 3],
  [
    'the bytes are used',
    { bytesPerMinute: 5500 },
    [{ at: NOW - 1, count: 5 }],
    {},
    ['bytesReached', 60],
  ],
  ['an artifact above the budget: one device', { bytesPerMinute: 250 }, [], {}, 1],
  [
    'an artifact above the budget: the next one after its bytes have passed',
    { bytesPerMinute: 250 },
    [{ at: NOW - 240, count: 1 }],
    {},
    ['bytesReached', 1],
  ],
  ['and then it comes', { bytesPerMinute: 250 }, [{ at: NOW - 241, count: 1 }], {}, 1],
] satisfies [string, Partial<RolloutPlan>, Opening[], object, unknown][]) {
  test(says, () => assert.deepEqual(countOf(change, openings, options), expected))
}

const rising: Pace = {
  kind: 'exponential',
  startPerMinute: 10,
  factor: 2,
  everySuccesses: 50,
  maxPerMinute: 100,
}
for (const [successes, perMinute] of [
  [0, 10],
  [49, 10],
  [50, 20],
  [100, 40],
  [150, 80],
  [200, 100],
  [1e9, 100],
] as const) {
  test(`an exponential pace after ${successes} successes is ${perMinute} a minute`, () => {
    assert.equal(devicesPerMinute(rising, successes), perMinute)
  })
}

test('an opening ahead of the clock counts for a minute from now, not until the clock has come there', () => {
  const kept = recentOpenings([{ at: NOW + 86_400, count: 7 }], NOW)
  assert.deepEqual(kept, [{ at: NOW, count: 7 }])
})

test('only what still counts is kept, and always the last one', () => {
  const at = (ago: number) => ({ at: NOW - ago, count: 1 })
  assert.deepEqual(recentOpenings([at(100), at(61), at(60), at(1)], NOW), [at(60), at(1)])
  assert.deepEqual(recentOpenings([at(100), at(90)], NOW), [at(90)])
})

test('whatever was opened, no byte budget is exceeded by more than one artifact', () => {
  const budgets = fc.integer({ min: 1, max: 10_000 })
  const artifacts = fc.integer({ min: 1, max: 10_000 })
  fc.assert(
    fc.property(budgets, artifacts, (bytesPerMinute, artifactBytes) => {
      const { count } = allowanceOf(
        { ...plan, bytesPerMinute },
        newEngineState(1),
        { artifactBytes, left: 1e6 },
        NOW,
      )
      assert.ok(count >= 1)
      assert.ok(count === 1 || count * artifactBytes <= bytesPerMinute)
    }),
  )
})
