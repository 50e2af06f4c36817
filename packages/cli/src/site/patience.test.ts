import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Patience } from './patience.ts'

const RULES = { atFirstMs: 10_000, perFileMs: 1_000, bytesPerSecond: 1_000 }

test('a line that brings what it must is never too slow, and one that drips is', () => {
  let now = 0
  const fast = new Patience(() => now, RULES)
  const slow = new Patience(() => now, RULES)
  for (const one of [fast, slow]) one.asked()
  for (let second = 1; second <= 60; second += 1) {
    now += 1_000
    fast.came(1_000)
    slow.came(1)
    assert.ok(fast.leftMs >= 11_000)
    assert.equal(slow.leftMs > 0, second <= 11, `after ${second} seconds`)
  }
})

test('many small files have the time that they need', () => {
  let now = 0
  const patience = new Patience(() => now, RULES)
  for (let file = 0; file < 1_000; file += 1) {
    patience.asked()
    now += 900
  }
  assert.ok(patience.leftMs > 0)
})
