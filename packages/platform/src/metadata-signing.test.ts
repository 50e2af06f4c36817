import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { canonicalJson, type Json, keyIdOf, parseJson, spkiOf, tufKeyOf } from '@fleetward/shared'
import { addSignature, signMetadata } from './metadata-signing.ts'
import { generateKey, type SigningKey } from './private-key.ts'

const one = generateKey('ed25519')
const two = generateKey('ecdsa-p256')
const signed = { _type: 'targets', version: 1, b: 'two\nlines', a: [1, { z: 0, y: 1 }] }

interface File {
  readonly signed: Json
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

const read = (bytes: Uint8Array) => parseJson(bytes, 65_536) as unknown as File

function verifies(file: File, key: SigningKey): boolean {
  const keyId = keyIdOf(tufKeyOf(key.publicKey))
  const signature = file.signatures.find(({ keyid }) => keyid === keyId)
  if (signature === undefined) return false
  const spki = { key: Buffer.from(spkiOf(key.publicKey)), format: 'der', type: 'spki' } as const
  const hash = key.publicKey.kind === 'ed25519' ? null : 'sha256'
  const bytes = Buffer.from(signature.sig, 'hex')
  return verify(hash, canonicalJson(file.signed), createPublicKey(spki), bytes)
}

test('signed metadata is JSON and carries a signature of each key', () => {
  const file = read(signMetadata(signed, [one, two]))
  assert.equal(file.signatures.length, 2)
  assert.ok(verifies(file, one) && verifies(file, two))
})

test('without control characters the file is canonical JSON', () => {
  const bytes = signMetadata({ ...signed, b: 'one line' }, [one])
  assert.deepEqual(bytes, canonicalJson(parseJson(bytes, 65_536)))
})

test('a second person adds a signature and leaves the first as it is', () => {
  const first = signMetadata(signed, [one])
  const both = read(addSignature(first, two))
  assert.ok(verifies(both, one) && verifies(both, two))
  assert.deepEqual(both.signatures[0], read(first).signatures[0])
})

test('signing twice with one key leaves one signature', () => {
  assert.equal(read(addSignature(signMetadata(signed, [two]), two)).signatures.length, 1)
})

test('what is no signed metadata gets no signature', () => {
  for (const text of ['[]', '{}', '{"signed":{}}', '{"signatures":{},"signed":{}}']) {
    const bytes = new TextEncoder().encode(text)
    assert.throws(() => addSignature(bytes, one), { code: 'METADATA_INVALID' })
  }
})
