import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TrustError } from '../errors.ts'
import { DER_BIT_STRING, DER_SEQUENCE, DerReader } from './der.ts'
import { keyFromSpki } from './spki.ts'

const reader = (hex: string) => new DerReader(Uint8Array.fromHex(hex))

test('reads elements one after the other', () => {
  const outer = reader('300603010002010a0500'.slice(0, 16))
  const inner = new DerReader(outer.element(DER_SEQUENCE))
  assert.equal(inner.element(DER_BIT_STRING).toHex(), '00')
  assert.equal(inner.positiveInteger(), 10n)
  inner.end()
  outer.end()
})

test('reads long lengths in their shortest form only', () => {
  assert.equal(reader(`3081${'80'}${'00'.repeat(128)}`).element(DER_SEQUENCE).length, 128)
  assert.equal(reader(`30820100${'00'.repeat(256)}`).element(DER_SEQUENCE).length, 256)
  for (const hex of [
    `30817f${'00'.repeat(127)}`,
    `308200ff${'00'.repeat(255)}`,
    '3080',
    '3083010000',
    '30',
  ]) {
    assert.throws(() => reader(hex).element(DER_SEQUENCE), { code: 'KEY_INVALID' }, hex)
  }
})

test('reads positive integers in their shortest form only', () => {
  assert.equal(reader('02020080').positiveInteger(), 128n)
  for (const hex of ['0200', '020180', '0202007f', '02020000', '0201', '020201']) {
    assert.throws(() => reader(hex).positiveInteger(), { code: 'KEY_INVALID' }, hex)
  }
})

test('reads bit strings of whole bytes only', () => {
  assert.equal(reader('030200fe').bitString().toHex(), 'fe')
  for (const hex of ['030201fe', '0300', '0302']) {
    assert.throws(() => reader(hex).bitString(), { code: 'KEY_INVALID' }, hex)
  }
})

test('whatever arrives as a key, nothing but a TrustError is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.throws(() => keyFromSpki(bytes), TrustError)
    }),
  )
})
