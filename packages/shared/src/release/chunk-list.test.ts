import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aRelease, SHA256_A, SHA256_B, withCode } from '../../../../test/support/signed-messages.ts'
import { encodeChunkList, parseChunkList } from './chunk-list.ts'

const release = aRelease({ length: 200_000, chunks: { ...aRelease().chunks, size: 65_536 } })
const sha256s = [SHA256_A, SHA256_B, SHA256_A, SHA256_B]
const list = { size: 65_536, length: 200_000, sha256s }

const read = (json: unknown, of = release) =>
  parseChunkList(new TextEncoder().encode(JSON.stringify(json)), of)

test('a chunk list is read as it was written', () => {
  assert.deepEqual(parseChunkList(encodeChunkList(list), release), list)
})

test('an artifact of exactly whole chunks has no empty one at its end', () => {
  const whole = { ...release, length: 131_072 }
  assert.deepEqual(
    read({ chunks: [SHA256_A, SHA256_B], length: 131_072, size: 65_536 }, whole).sha256s.length,
    2,
  )
})

for (const [what, json] of [
  ['one chunk too few', { chunks: sha256s.slice(1), length: 200_000, size: 65_536 }],
  ['one chunk too many', { chunks: [...sha256s, SHA256_A], length: 200_000, size: 65_536 }],
  ['another size', { chunks: [SHA256_A, SHA256_B], length: 200_000, size: 131_072 }],
  ['another length', { chunks: sha256s, length: 199_999, size: 65_536 }],
  ['an empty digest', { chunks: ['', ...sha256s.slice(1)], length: 200_000, size: 65_536 }],
  [
    'a digest in capitals',
    { chunks: [...sha256s.slice(1), 'A'.repeat(64)], length: 200_000, size: 65_536 },
  ],
  ['a field nobody knows', { chunks: sha256s, length: 200_000, size: 65_536, offset: 0 }],
  ['no chunks', { length: 200_000, size: 65_536 }],
] as const) {
  test(`a chunk list with ${what} is refused`, () =>
    assert.throws(() => read(json), withCode('CHUNK_LIST_INVALID')))
}

test('a list of more chunks than other JSON may have parts is read', () => {
  const length = 65_536 * 30_000
  const long = { size: 65_536, length, sha256s: Array<string>(30_000).fill(SHA256_A) }
  assert.equal(parseChunkList(encodeChunkList(long), { ...release, length }).sha256s.length, 30_000)
})
