import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base64url } from 'jose'
import { ed25519Signer, withCode } from '../../../../test/support/signed-messages.ts'
import { encodeKeySet, importKeySet, keySetKeyId } from './key-set.ts'

const { publicKey } = await ed25519Signer()
const x = base64url.encode(publicKey)
const JWK = { kty: 'OKP', crv: 'Ed25519', kid: 'one', x }

const setOf = (...keys: unknown[]) => new TextEncoder().encode(JSON.stringify({ keys }))

test('a key set is read as it was written', async () => {
  const keys = await importKeySet(encodeKeySet([publicKey]))
  assert.deepEqual([...keys.keys()], [keySetKeyId(publicKey)])
})

test('the key id is the thumbprint of RFC 8037, appendix A.3', () => {
  const key = base64url.decode('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo')
  assert.equal(keySetKeyId(key), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

test('keys of a kind we do not know yet are skipped', async () => {
  const future = { kty: 'AKP', alg: 'ML-DSA-65', kid: 'later', pub: 'AAAA' }
  const curve = { kty: 'OKP', crv: 'Ed448', kid: 'other', x: 'AAAA' }
  assert.deepEqual([...(await importKeySet(setOf(future, curve, JWK))).keys()], ['one'])
})

for (const [what, keys] of [
  ['two keys of one id', [JWK, JWK]],
  ['a private key', [{ ...JWK, d: x }]],
  ['a key without id', [{ ...JWK, kid: undefined }]],
  ['a key of 31 bytes', [{ ...JWK, x: base64url.encode(new Uint8Array(31)) }]],
  ['a key of 33 bytes', [{ ...JWK, x: base64url.encode(new Uint8Array(33)) }]],
  // The identity point: with it anybody signs anything under lenient verifiers.
  [
    'a point of small order',
    [{ ...JWK, x: base64url.encode(Uint8Array.of(1, ...Array(31).fill(0))) }],
  ],
  ['a key in a second spelling', [{ ...JWK, x: otherSpelling(x) }]],
  ['a key for encryption', [{ ...JWK, use: 'enc' }]],
  ['a key for another algorithm', [{ ...JWK, alg: 'HS256' }]],
  ['65 keys', Array.from({ length: 65 }, (_, i) => ({ ...JWK, kid: `${i}` }))],
  ['a key that is no object', ['x']],
] as const) {
  test(`a set with ${what} is refused as a whole`, () =>
    assert.rejects(importKeySet(setOf(...keys)), withCode('KEY_INVALID')))
}

test('what is no key set is refused', async () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  await assert.rejects(importKeySet(bytes('[]')), withCode('KEY_INVALID'))
  await assert.rejects(importKeySet(bytes('{"keys":{}}')), withCode('KEY_INVALID'))
  await assert.rejects(importKeySet(bytes('{"keys":[],"keys":[]}')), withCode('JSON_DUPLICATE_KEY'))
  await assert.rejects(importKeySet(bytes(' '.repeat(65 * 1024))), withCode('LENGTH_EXCEEDED'))
})

/** 32 bytes leave two unused bits in the last character. */
function otherSpelling(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1]}`
}
