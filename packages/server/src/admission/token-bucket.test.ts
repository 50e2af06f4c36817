import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TokenBuckets } from './token-bucket.ts'

function buckets(burst: number, perSecond: number, maxKeys = 10) {
  const time = { nowMs: 0 }
  return {
    time,
    all: new TokenBuckets({ burst, perSecond }, { maxKeys, nowMs: () => time.nowMs }),
  }
}

test('a burst passes, then the rate, and one key takes nothing from another', () => {
  const { all, time } = buckets(3, 2)
  assert.deepEqual(
    [1, 2, 3, 4].map(() => all.take('a')),
    [true, true, true, false],
  )
  assert.equal(all.take('b'), true)
  time.nowMs = 500
  assert.deepEqual([all.take('a'), all.take('a')], [true, false])
  time.nowMs = 60_000
  assert.deepEqual(
    [1, 2, 3, 4].map(() => all.take('a')),
    [true, true, true, false],
  )
})

test('looking takes nothing', () => {
  const { all } = buckets(1, 1)
  assert.deepEqual(
    [all.has('a'), all.has('a'), all.take('a'), all.has('a')],
    [true, true, true, false],
  )
})

test('on credit: each waits for its own turn', () => {
  const { all, time } = buckets(1, 10)
  assert.deepEqual(
    [1, 2, 3].map(() => all.reserveMs('a')),
    [0, 100, 200],
  )
  time.nowMs = 300
  assert.equal(all.reserveMs('a'), 0)
})

test('a clock set back neither fills nor empties', () => {
  const { all, time } = buckets(1, 1)
  time.nowMs = 10_000
  assert.equal(all.take('a'), true)
  time.nowMs = 0
  assert.equal(all.take('a'), false)
  time.nowMs = 1000
  assert.equal(all.take('a'), true)
})

test('more keys than there is room for: the longest unused is forgotten', () => {
  const { all } = buckets(1, 0.001, 2)
  all.take('a')
  all.take('b')
  all.take('a')
  all.take('c')
  assert.deepEqual([all.take('a'), all.take('b')], [false, true])
})
