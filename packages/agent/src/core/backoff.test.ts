import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from './backoff.ts'
import { ProgressGauge } from './progress-gauge.ts'

const backoff = { firstDelayMs: 1000, maxDelayMs: 300_000 }

// CRA P-085
test('the longest wait doubles with every failure, up to the limit', () => {
  const almostOne = 1 - Number.EPSILON
  const waits = [1, 2, 3, 9, 10, 50, 5000].map((failures) =>
    backoffMs(failures, backoff, almostOne),
  )
  assert.deepEqual(waits, [1000, 2000, 4000, 256_000, 300_000, 300_000, 300_000])
})

test('chance decides over all of it, but never for no wait at all', () => {
  assert.equal(backoffMs(3, backoff, 0.25), 1000)
  assert.equal(backoffMs(1, backoff, 0), 1)
})

test('progress is worth a report every tenth, not more often than every five seconds', () => {
  const gauge = new ProgressGauge()
  const at = (percent: number, ms: number) => gauge.read(percent, 100, ms)
  assert.equal(at(5, 0), undefined)
  assert.equal(at(12, 0), 12)
  assert.equal(at(30, 4_999), undefined)
  assert.equal(at(30, 5_000), 30)
  assert.equal(at(39, 20_000), undefined)
  assert.equal(at(100, 30_000), undefined, 'the next state says that')
})
