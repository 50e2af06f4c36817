import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256Hex, sha512Hex } from '../crypto/digest.ts'
import { requireListed } from './listed-file.ts'

const bytes = new TextEncoder().encode('snapshot')
const sha256 = sha256Hex(bytes)
const sha512 = sha512Hex(bytes)
const hashes = (...entries: [string, string][]) => new Map(entries)

test('length and every hash must agree', () => {
  requireListed({ length: 8, hashes: hashes(['sha256', sha256], ['sha512', sha512]) }, bytes, 'x')
  requireListed({}, bytes, 'x')
})

test('refuses another length', () => {
  for (const expected of [0, 7, 9]) {
    assert.throws(() => requireListed({ length: expected }, bytes, 'x'), {
      code: 'LENGTH_MISMATCH',
      facts: { name: 'x', expected, seen: 8 },
    })
  }
})

for (const [what, wrong] of [
  ['another SHA-256', hashes(['sha256', sha512])],
  ['one wrong hash beside a right one', hashes(['sha256', sha256], ['sha512', sha256])],
  ['a hash in capitals', hashes(['sha256', sha256.toUpperCase()])],
  ['an empty hash', hashes(['sha256', ''])],
  ['half a hash', hashes(['sha256', sha256.slice(0, 32)])],
  ['an algorithm that we cannot check', hashes(['sha256', sha256], ['md5', 'whatever'])],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => requireListed({ hashes: wrong }, bytes, 'x'), { code: 'DIGEST_MISMATCH' })
  })
}
