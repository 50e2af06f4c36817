import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Release, Rollout } from '../../api/operator-api.gen.ts'
import { doneSteps, nextStep, releaseToRollOut, STEPS, type Standing } from './steps.ts'

const NOTHING: Standing = {
  ...{ viewer: 'ada', product: undefined, devices: 0, updated: 0 },
  ...{ releases: [], rollouts: [], advisories: [] },
}
const release = (version: string, publishedAt: number, more: Partial<Release> = {}) =>
  ({ version, publishedAt, ...more }) as Release
const rollout = (of: string, authors: readonly string[], state = 'running') =>
  ({ release: of, authors, startedAt: 1, state }) as Rollout

test('on an empty server nothing is done but signing in', () => {
  assert.deepEqual([...doneSteps(NOTHING)], ['passkey'])
})

test('what the machine rolled out is not the viewer’s first rollout', () => {
  const standing = { ...NOTHING, rollouts: [rollout('1.4.3', ['machine'])] }
  assert.equal(doneSteps(standing).has('rollout'), false)
  const own = { ...NOTHING, rollouts: [rollout('1.5.0', ['ada'])] }
  assert.equal(doneSteps(own).has('rollout'), true)
})

test('the newest release that is out and in no rollout is the one to begin with', () => {
  const releases = [
    ...[release('1.4.3', 1), release('1.5.0', 2), release('1.5.1', 3)],
    release('1.5.2', 4, { withdrawnAt: 5 }),
  ]
  const standing = { ...NOTHING, releases, rollouts: [rollout('1.5.1', ['machine'], 'stopped')] }
  assert.equal(releaseToRollOut(standing)?.version, '1.5.0')
  assert.equal(releaseToRollOut(NOTHING), undefined)
})

test('a release behind what the fleet was given is no first step', () => {
  const releases = [release('1.4.2', 1), release('1.4.3', 2), release('1.5.0', 3)]
  const given = (state: string) => ({
    ...{ ...NOTHING, releases },
    rollouts: [rollout('1.4.3', ['machine'], 'finished'), rollout('1.5.0', ['ada'], state)],
  })
  assert.equal(releaseToRollOut(given('finished')), undefined)
  assert.equal(releaseToRollOut(given('stopped')), undefined)
})

test('looking at a device leaves no trace, so what comes after it is next', () => {
  assert.equal(nextStep(new Set(['passkey', 'product', 'devices', 'release', 'rollout'])), 'watch')
  const seen = new Set(STEPS.filter((step) => step !== 'why' && step !== 'advisory'))
  assert.equal(nextStep(seen), 'advisory')
  assert.equal(nextStep(new Set([...seen, 'advisory'])), undefined)
  assert.equal(nextStep(seen, new Set(['advisory'])), undefined)
})
