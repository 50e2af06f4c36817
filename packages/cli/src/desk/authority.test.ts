import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey, nodeVerifier, type SigningKey, signMetadata } from '@fleetward/platform'
import { type Json, parseMetadata, type Root, tufKeyOf } from '@fleetward/shared'
import { isComplete, progressOf, requirementsOf } from './authority.ts'
import { rootSigned } from './signed-metadata.ts'

const NOW = new Date('2026-11-20T00:00:00Z')
const [first, second, third, fourth] = [newKey(), newKey(), newKey(), newKey()]
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
  assert.deepEqual(missing(root(1, [first, second, third], 2, [])), [2])
  assert.deepEqual(missing(root(1, [first, second, third], 2, [first])), [1])
  assert.deepEqual(missing(root(1, [first, second, third], 2, [first, third])), [0])
})

test('a following root needs enough of the old keys and enough of the new ones', () => {
  const before = root(1, [first, second], 2, [first, second]).signed
  assert.deepEqual(missing(root(2, [third, fourth], 2, [third, fourth]), before), [2, 0])
  assert.deepEqual(missing(root(2, [third, fourth], 2, [first, second]), before), [0, 2])
  assert.deepEqual(
    missing(root(2, [third, fourth], 2, [first, second, third, fourth]), before),
    [0, 0],
  )
})

test('a signature of a stranger, or over other bytes, does not count', () => {
  const other = root(7, [first, second], 2, [first, second])
  const draft = root(1, [first, second], 2, [fourth])
  assert.deepEqual(
    missing({ ...draft, signatures: [...draft.signatures, ...other.signatures] }),
    [2],
  )
})

test('one key listed under two ids counts once', () => {
  const draft = root(1, [first], 1, [first])
  const [signature] = draft.signatures
  const key = first.publicKey
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
