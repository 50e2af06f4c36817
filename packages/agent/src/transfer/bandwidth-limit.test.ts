import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BandwidthLimit } from './bandwidth-limit.ts'

/** Takes blocks as fast as the limit lets it; returns how long that took. */
function takes(limit: BandwidthLimit, bytes: number, blockBytes: number, startMs: number): number {
  let nowMs = startMs
  for (let taken = 0; taken < bytes; taken += blockBytes) nowMs += limit.delayMs(blockBytes, nowMs)
  return nowMs - startMs
}

test('lets through the bytes of a second, then holds to the limit', () => {
  assert.ok(Math.abs(takes(new BandwidthLimit(1_000_000), 11_000_000, 16_384, 0) - 10_000) < 100)
})

test('does not make up for a pause with a burst of more than a second', () => {
  const limit = new BandwidthLimit(1_000_000)
  takes(limit, 2_000_000, 16_384, 0)
  assert.ok(Math.abs(takes(limit, 11_000_000, 16_384, 3_600_000) - 10_000) < 100)
})

test('saves waits up until a timer can keep them', () => {
  const limit = new BandwidthLimit(1_000_000)
  takes(limit, 1_000_000, 100_000, 0)
  const waits = Array.from({ length: 50 }, () => limit.delayMs(1_000, 0)).filter((ms) => ms > 0)
  assert.ok(waits.every((ms) => ms >= 20))
})
