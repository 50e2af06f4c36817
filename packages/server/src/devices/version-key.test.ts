import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, lineOf } from '@fleetward/shared'
import fc from 'fast-check'
import { lineKey, versionKey } from './version-key.ts'

const number = fc.oneof(fc.nat(12), fc.nat(999_999_999))
const version = fc.tuple(number, number, number).map((numbers) => numbers.join('.'))

test('keys of versions sort as the versions do', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [left = '', right = ''] = [versionKey(a), versionKey(b)]
      const byKey = left < right ? -1 : left > right ? 1 : 0
      assert.equal(byKey, Math.sign(compareVersions(a, b)))
    }),
  )
})

test('the key of a line begins the keys of its own versions and of no others', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const begins = versionKey(b)?.startsWith(lineKey(lineOf(a)))
      assert.equal(begins, lineOf(a) === lineOf(b))
    }),
  )
})

test('what is no version has no key', () => {
  for (const text of ['', '1.4', '1.4.3-rc1', '01.4.3', 'v1.4.3']) {
    assert.equal(versionKey(text), undefined)
  }
})
