import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { nodeVerifier } from '@fleetward/platform'
import { ed25519Key } from '../crypto/ed25519-point.ts'
import type { PublicKey } from '../crypto/public-key.ts'
import type { MetadataSignature } from '../metadata/parse-metadata.ts'
import { verifySignatures } from './threshold.ts'

const message = new TextEncoder().encode('{"_type":"root"}')

class Holder {
  readonly key: PublicKey
  readonly #pair = generateKeyPairSync('ed25519')

  constructor() {
    const spki = this.#pair.publicKey.export({ format: 'der', type: 'spki' })
    this.key = ed25519Key(spki.subarray(-32))
  }

  sign(keyId: string, bytes = message): MetadataSignature {
    return { keyId, signature: sign(null, bytes, this.#pair.privateKey).toString('hex') }
  }
}

const [a, b, c] = [new Holder(), new Holder(), new Holder()]
const keys = new Map([
  ['a', a.key],
  ['b', b.key],
  ['c', c.key],
])

const verify = (threshold: number, signatures: MetadataSignature[], of = keys) =>
  verifySignatures(of, threshold, message, signatures, nodeVerifier, 'root')
const misses = (threshold: number, signers: number) => ({
  code: 'THRESHOLD_NOT_MET',
  facts: { role: 'root', threshold, signers },
})

test('accepts as many holders as the threshold asks for, in any order', () => {
  verify(1, [b.sign('b')])
  verify(2, [c.sign('c'), a.sign('a')])
  verify(3, [c.sign('c'), a.sign('a'), b.sign('b')])
})

test('refuses one too few', () => {
  assert.throws(() => verify(1, []), misses(1, 0))
  assert.throws(() => verify(3, [a.sign('a'), b.sign('b')]), misses(3, 2))
})

test('one key under two ids is one holder', () => {
  const twice = new Map([
    ['a', a.key],
    ['also a', a.key],
    ['b', b.key],
  ])
  assert.throws(() => verify(2, [a.sign('a'), a.sign('also a')], twice), misses(2, 1))
  verify(2, [a.sign('a'), a.sign('also a'), b.sign('b')], twice)
})

test('one signature twice is one signature, even past the parser', () => {
  assert.throws(() => verify(2, [a.sign('a'), a.sign('a')]), misses(2, 1))
})

test('a signature counts only for the key that its id names', () => {
  assert.throws(() => verify(1, [a.sign('b')]), misses(1, 0))
})

test('wrong, malformed and strangers’ signatures neither count nor do harm', () => {
  const { signature } = b.sign('b')
  const useless = [
    { keyId: 'a', signature: '' },
    { keyId: 'b', signature: 'no hex' },
    { keyId: 'stranger', signature },
    { keyId: 'b', signature: signature.toUpperCase() },
    { keyId: 'b', signature: `${signature}00` },
    { keyId: 'b', signature: `${signature}zz` },
    { keyId: 'b', signature: `0x${signature}` },
    { keyId: 'b', signature: `${signature} ` },
    { keyId: 'b', signature: signature.slice(1) },
    { keyId: 'b', signature: '00'.repeat(5000) },
    b.sign('b', new TextEncoder().encode('other bytes')),
  ]
  verify(1, [...useless, c.sign('c')])
  assert.throws(() => verify(2, [...useless, c.sign('c')]), misses(2, 1))
})

for (const threshold of [0, -1, 1.5, Number.NaN]) {
  test(`the threshold ${threshold} lets nothing through`, () => {
    assert.throws(() => verify(threshold, [a.sign('a')]), { code: 'METADATA_INVALID' })
  })
}

test('a threshold above the number of keys cannot be met', () => {
  assert.throws(() => verify(4, [a.sign('a'), b.sign('b'), c.sign('c')]), misses(4, 3))
})
