import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anOffer, NOW } from '../../../../test/support/signed-messages.ts'
import { type FailedTrial, failedTrialsAfter, restingReleases } from './failed-trials.ts'
import type { UpdateState } from './update-machine.ts'

const HOUR = 3600
const update = { offer: anOffer(), validUntil: NOW, slot: 'B' } as const
const { path } = update.offer.release
const failure = { code: 'SELF_TEST_FAILED', facts: {} } as const
const failed: UpdateState = { name: 'failed', update, failure }
const afterTrials = (times: number) => {
  let trials: readonly FailedTrial[] = []
  for (let count = 0; count < times; count += 1) {
    trials = failedTrialsAfter(trials, { name: 'rollingBack', update, failure }, failed, NOW)
  }
  return trials
}

test('one more trial is had for the asking, every further one after a rest that grows up to a week', () => {
  const restOf = (times: number) => {
    const trials = afterTrials(times)
    let hours = 0
    while (restingReleases(trials, undefined, NOW + hours * HOUR).has(path)) hours += 1
    return hours
  }
  assert.deepEqual([1, 2, 3, 4, 5].map(restOf), [0, 1, 2, 4, 8])
  assert.deepEqual([9, 10, 40].map(restOf), [128, 168, 168])
})

test('what failed before it was armed interrupted nobody, and does not count', () => {
  for (const name of ['downloading', 'installing', 'arming'] as const) {
    assert.deepEqual(failedTrialsAfter([], { name, update }, failed, NOW), [], name)
  }
  assert.deepEqual(failedTrialsAfter([], { name: 'trial', update }, failed, NOW), [
    { path, times: 1, at: NOW },
  ])
})

test('the owner’s word ends a rest, and so does a clock that was set back', () => {
  const trials = afterTrials(6)
  assert.equal(restingReleases(trials, undefined, NOW).size, 1)
  assert.equal(restingReleases(trials, path, NOW).size, 0)
  assert.equal(restingReleases(trials, undefined, NOW - 1).size, 0)
})
