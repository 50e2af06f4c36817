import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Move,
  moveRollout,
  type Rollout,
  type RolloutState,
  retryRollout,
  shareOf,
  upToOf,
  widenRollout,
} from './rollout.ts'

const running: Rollout = {
  product: 'lumen-gateway-g1',
  id: '1-4-3-everyone',
  release: '1.4.3',
  cohort: 'everyone',
  state: 'running',
  attempt: 1,
  share: { salt: 's', upTo: 500 },
  policy: { apply: 'automatic', spread: 0, retryAfter: 300 },
  notice: { summary: 'Fixes', severity: 'high', advisories: [] },
  revision: 3,
  startedAt: 100,
  changedAt: 100,
}

const moves: [from: RolloutState, move: Move, to: RolloutState | undefined][] = [
  ['running', 'pause', 'paused'],
  ['running', 'resume', 'running'],
  ['running', 'withdraw', 'withdrawn'],
  ['paused', 'pause', 'paused'],
  ['paused', 'resume', 'running'],
  ['paused', 'withdraw', 'withdrawn'],
  ['withdrawn', 'pause', undefined],
  ['withdrawn', 'resume', undefined],
  ['withdrawn', 'withdraw', 'withdrawn'],
]
for (const [from, move, to] of moves) {
  test(`a ${from} rollout, told to ${move}: ${to ?? 'refused'}`, () => {
    const rollout = { ...running, state: from }
    const moved = moveRollout(rollout, move, 200)
    assert.equal(moved?.state, to)
    assert.equal(moved?.revision, to === undefined ? undefined : to === from ? 3 : 4)
  })
}

test('a share grows and never shrinks', () => {
  assert.equal(widenRollout(running, 10_000, 200)?.share.upTo, 10_000)
  assert.equal(widenRollout(running, 500, 200), running)
  assert.equal(widenRollout(running, 499, 200), undefined)
})

test('widening keeps the salt, so that whoever took part goes on taking part', () => {
  assert.equal(widenRollout(running, 900, 200)?.share.salt, 's')
})

test('trying again is a new attempt of the same rollout', () => {
  assert.equal(retryRollout(running, 200).attempt, 2)
})

const shares: [share: number, upTo: number][] = [
  [0, 0],
  [0.00001, 1],
  [0.0001, 1],
  [0.05, 500],
  [0.07, 700],
  [0.29, 2900],
  [1 / 3, 3334],
  [1, 10_000],
]
for (const [share, upTo] of shares) {
  test(`a share of ${share} is ${upTo} ten-thousandths`, () => assert.equal(upToOf(share), upTo))
}

test('what an operator wrote is what is shown', () => {
  for (let upTo = 0; upTo <= 10_000; upTo += 1) assert.equal(upToOf(shareOf(upTo)), upTo)
})
