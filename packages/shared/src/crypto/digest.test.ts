import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sha256Hex, sha512Hex } from './digest.ts'

test('agrees with OpenSSL', () => {
  for (const length of [0, 1, 63, 64, 111, 112, 128, 10_000]) {
    const bytes = new Uint8Array(length).fill(length)
    assert.equal(sha256Hex(bytes), createHash('sha256').update(bytes).digest('hex'))
    assert.equal(sha512Hex(bytes), createHash('sha512').update(bytes).digest('hex'))
  }
})
