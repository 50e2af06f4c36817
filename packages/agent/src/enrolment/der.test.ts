import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DER_TAG, DerReader } from '@fleetward/shared'
import { der, derObjectIdentifier } from './der.ts'

test('what is written reads back, at every form of length', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
    const bytes = der(DER_TAG.octetString, Buffer.alloc(length, 7))
    const reader = new DerReader(bytes, (expected) => new Error(expected))
    assert.equal(reader.next(DER_TAG.octetString).contents.length, length)
    reader.end()
  }
})

test('writes object identifiers as X.690 §8.19 does', () => {
  assert.equal(
    derObjectIdentifier('1.2.840.113549.1.7.2').toString('hex'),
    '06092a864886f70d010702',
  )
  assert.equal(derObjectIdentifier('2.5.4.3').toString('hex'), '0603550403')
})
