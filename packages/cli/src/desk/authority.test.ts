import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey, nodeVerifier, type SigningKey, signMetadata } from '@fleetward/platform'
import { type Json, parseMetadata, type Root, tufKeyOf } from '@fleetward/shared'
import { isComplete, progressOf, requirementsOf } from './authority.ts'
import { rootSigned } from './signed-metadata.ts'

const NOW = new Date('2026-11-20T00:00:00Z')
const [anna, ben, cem, dana] = [newKey(), newKey(), newKey(), newKey()]
const NOBODY = { signedRoot: undefined, root: undefined, targets: undefined }

function newKey(): SigningKey {
  return generateKey('ed25519')
}

function root(
  version: number,
  holders: readonly SigningKey[],
  threshold: number,
  signers: readonly SigningKey[],
) {
  const all = { keys: holders.map((key) => tufKeyOf(key.publicKey)), threshold }
  const signed = rootSigned(
    version,
    { root: all, targets: all, timestamp: all, snapshot: all },
    NOW,
  )
  return parseMetadata('root', signMetadata(signed as unknown as Json, signers))
}

const missing = (draft: ReturnType<typeof root>, before?: Root) =>
  progressOf(
    requirementsOf('root', draft, { ...NOBODY, signedRoot: before }),
    draft,
    nodeVerifier,
  ).map((one) => one.missing)

test('the first root needs enough signatures of its own keys', () => {
  assert.deepEqual(missing(root(1, [anna, ben, cem], 2, [])), [2])
  assert.deepEqual(missing(root(1, [anna, ben, cem], 2, [anna])), [1])
  assert.deepEqual(missing(root(1, [anna, ben, cem], 2, [anna, cem])), [0])
})

test('a following root needs enough of the old keys and enough of the new ones', () => {
  const before = root(1, [anna, ben], 2, [anna, ben]).signed
  assert.deepEqual(missing(root(2, [cem, dana], 2, [cem, dana]), before), [2, 0])
  assert.deepEqual(missing(root(2, [cem, dana], 2, [anna, ben]), before), [0, 2])
  assert.deepEqual(missing(root(2, [cem, dana], 2, [anna, ben, cem, dana]), before), [0, 0])
})

test('a signature of a stranger, or over other bytes, does not count', () => {
  const other = root(7, [anna, ben], 2, [anna, ben])
  const draft = root(1, [anna, ben], 2, [dana])
  assert.deepEqual(
    missing({ ...draft, signatures: [...draft.signatures, ...other.signatures] }),
    [2],
  )
})

test('one key listed under two ids counts once', () => {
  const draft = root(1, [anna], 1, [anna])
  const [signature] = draft.signatures
  const key = anna.publicKey
  const twice = {
    by: 'root',
    threshold: 2,
    keys: new Map([
      ['a', key],
      ['b', key],
    ]),
  }
  const signatures = ['a', 'b'].map((keyId) => ({ keyId, signature: signature?.signature ?? '' }))
  const progress = progressOf([twice], { ...draft, signatures }, nodeVerifier)
  assert.equal(progress[0]?.missing, 1)
  assert.equal(isComplete(progress), false)
})
