import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DerReader, der, derObjectIdentifier, TAG } from './der.ts'

const refused = { code: 'SERVER_REFUSED' }

test('reads back what it wrote, at every form of length', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
    const bytes = der(TAG.octetString, Buffer.alloc(length, 7))
    const reader = new DerReader(bytes)
    assert.equal(reader.next(TAG.octetString).contents.length, length)
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
    assert.throws(() => new DerReader(Buffer.from(hex, 'hex')).next(), refused)
  })
}

test('refuses another element than expected, and bytes behind the last', () => {
  const bytes = Buffer.concat([der(TAG.integer, Buffer.of(1)), Buffer.of(0)])
  assert.throws(() => new DerReader(bytes).next(TAG.sequence), refused)
  const reader = new DerReader(bytes)
  reader.next(TAG.integer)
  assert.throws(() => reader.end(), refused)
})

test('ends every walk over any bytes with an element or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const reader = new DerReader(bytes)
      try {
        while (!reader.isAtEnd) reader.next()
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'SERVER_REFUSED')
      }
    }),
  )
})
