import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shareOf, upToOf } from './rollout.ts'

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
