import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TrustError } from '../errors.ts'
import { DER_TAG } from './der.ts'
import { keyDer } from './key-der.ts'
import { keyFromSpki } from './spki.ts'

const reader = (hex: string) => keyDer(Uint8Array.fromHex(hex))

test('reads elements one after the other', () => {
  const outer = reader('300603010002010a0500'.slice(0, 16))
  const inner = outer.into(DER_TAG.sequence)
  assert.equal(inner.next(DER_TAG.bitString).contents.toHex(), '00')
  assert.equal(inner.positiveInteger(), 10n)
  inner.end()
  outer.end()
})

test('reads long lengths in their shortest form only', () => {
  assert.equal(reader(`3081${'80'}${'00'.repeat(128)}`).next(DER_TAG.sequence).contents.length, 128)
  assert.equal(reader(`30820100${'00'.repeat(256)}`).next(DER_TAG.sequence).contents.length, 256)
  for (const hex of [
    `30817f${'00'.repeat(127)}`,
    `308200ff${'00'.repeat(255)}`,
    '3080',
    '3083010000',
    '30',
  ]) {
    assert.throws(() => reader(hex).next(DER_TAG.sequence), { code: 'KEY_INVALID' }, hex)
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

for (const [what, hex] of [
  ['an indefinite length', '3080'],
  ['a length with a needless byte', '30810100'],
  ['a length with a leading zero', `30820080${'00'.repeat(128)}`],
  ['more than there is', '300501'],
  ['a length of five bytes', '30850000000001'],
  ['a tag of several bytes', '3f8101'],
  ['nothing', ''],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => reader(hex).next(), { code: 'KEY_INVALID' })
  })
}

test('refuses another element than expected, and bytes behind the last', () => {
  assert.throws(() => reader('02010100').next(DER_TAG.sequence), { code: 'KEY_INVALID' })
  const bytes = reader('02010100')
  bytes.next(DER_TAG.integer)
  assert.throws(() => bytes.end(), { code: 'KEY_INVALID' })
})

test('ends every walk over any bytes with an element or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const walk = keyDer(bytes)
      try {
        while (!walk.isAtEnd) walk.next()
      } catch (error) {
        assert.ok(error instanceof TrustError)
      }
    }),
  )
})

test('whatever arrives as a key, nothing but a TrustError is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.throws(() => keyFromSpki(bytes), TrustError)
    }),
  )
})
