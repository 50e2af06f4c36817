import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextNumber } from './next-number.ts'

test('what is signed after a restore has a higher number than anything signed before', () => {
  const backup = nextNumber(undefined, 1_790_000_000)
  const forgotten = nextNumber(nextNumber(backup, 1_790_000_000), 1_790_086_400)
  assert.ok(nextNumber(backup, 1_790_086_401) > forgotten)
})

test('a number always grows, with a clock that stands still or was set back', () => {
  assert.equal(nextNumber(1_790_000_000, 1_790_000_000), 1_790_000_001)
  assert.equal(nextNumber(1_790_000_000, 0), 1_790_000_001)
})
