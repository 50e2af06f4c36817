import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEngineState } from './engine-state.ts'
import type { RolloutPlan } from './plan/plan.ts'
import { NOBODY_SILENT, SILENCE_GRACE_SECONDS, silenceLimits } from './silence.ts'

const NOW = 1_790_000_000
const plan: RolloutPlan = {
  groups: [],
  start: {},
  urgency: 'soft',
  priority: 0,
  silenceSeconds: 3600,
}
const limits = (offeringSince: number | undefined, listeningSince = 0) =>
  silenceLimits(plan, { ...newEngineState(1), offeringSince }, listeningSince, NOW)

test('who has been silent for the time limit is silent', () => {
  assert.deepEqual(limits(0), { offered: NOW - 3600, underWay: NOW - 3600 })
})

test('a pause is no silence of those who could not begin, and the others go on', () => {
  assert.deepEqual(limits(undefined), { offered: NOBODY_SILENT, underWay: NOW - 3600 })
  assert.deepEqual(limits(NOW - 3599), { offered: NOBODY_SILENT, underWay: NOW - 3600 })
  assert.equal(limits(NOW - 3600).offered, NOW - 3600)
})

test('nobody is silent in the first minutes of a server that was away', () => {
  const nobody = { offered: NOBODY_SILENT, underWay: NOBODY_SILENT }
  assert.deepEqual(limits(0, NOW - SILENCE_GRACE_SECONDS + 1), nobody)
  assert.notDeepEqual(limits(0, NOW - SILENCE_GRACE_SECONDS), nobody)
})
