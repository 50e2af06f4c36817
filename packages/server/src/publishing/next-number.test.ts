import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextSequence, nextVersion } from './next-number.ts'

const NOW = 1_790_000_000
const DAY = 86_400

for (const next of [nextSequence, nextVersion]) {
  test(`${next.name}: what is signed after a restore is above anything signed before`, () => {
    const backup = next(undefined, NOW)
    const forgotten = next(next(backup, NOW), NOW + DAY)
    assert.ok(next(backup, NOW + DAY + 1) > forgotten)
  })

  test(`${next.name}: it grows with a clock that stands still or was set back a little`, () => {
    assert.equal(next(NOW, NOW), NOW + 1)
    assert.equal(next(NOW, NOW - 3600), NOW + 1)
  })
}

test('after a clock that was years ahead sequence numbers are those of the time again', () => {
  assert.equal(nextSequence(NOW + 300 * DAY, NOW), NOW)
  // Devices have seen the version, whatever their clocks: it never goes back.
  assert.equal(nextVersion(NOW + 300 * DAY, NOW), NOW + 300 * DAY + 1)
})
