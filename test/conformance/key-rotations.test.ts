import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { RepositorySimulator, TopLevelRole } from '../support/repository-simulator.ts'
import { TufSigner } from '../support/tuf-signer.ts'
import { CONCURRENCY, FAILED, OK, scenario } from './scenario.ts'

/** One version of a role: who may sign, how many must, who does. Keys by number. */
interface Version {
  readonly keys: readonly number[]
  readonly threshold: number
  readonly signatures: readonly number[]
}

/** `[1,2] 2 of [1]`: keys 1 and 2, threshold 2, signed by 1. */
function version(keys: number[], threshold: number, signatures: number[]): Version {
  return { keys, threshold, signatures }
}

const ROOT_CHAINS: Readonly<Record<string, { ok: boolean; versions: Version[] }>> = {
  '1-of-1-key-rotation': {
    ok: true,
    versions: [version([1], 1, [1]), version([2], 1, [2, 1]), version([2], 1, [2])],
  },
  '1-of-1-key-rotation-unused-signatures': {
    ok: true,
    versions: [
      version([1], 1, [3, 1, 4]),
      version([2], 1, [3, 2, 1, 4]),
      version([2], 1, [3, 2, 4]),
    ],
  },
  '3-of-5-sign-with-different-keycombos': {
    ok: true,
    versions: [
      version([0, 1, 2, 3, 4], 3, [0, 2, 4]),
      version([0, 1, 2, 3, 4], 3, [0, 4, 1]),
      version([0, 1, 2, 3, 4], 3, [0, 1, 3]),
      version([0, 1, 2, 3, 4], 3, [0, 1, 3]),
    ],
  },
  '3-of-5-one-key-rotated': {
    ok: true,
    versions: [version([0, 1, 2, 3, 4], 3, [0, 2, 4]), version([0, 1, 3, 4, 5], 3, [0, 4, 1])],
  },
  '3-of-5-one-key-rotated-with-intermediate-step': {
    ok: true,
    versions: [
      version([0, 1, 2, 3, 4], 3, [0, 2, 4]),
      version([0, 1, 3, 4, 5], 3, [0, 2, 4, 5]),
      version([0, 1, 3, 4, 5], 3, [0, 4, 5]),
    ],
  },
  '3-of-5-all-keys-rotated-with-intermediate-step': {
    ok: true,
    versions: [
      version([0, 1, 2, 3, 4], 3, [0, 2, 4]),
      version([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]),
      version([5, 6, 7, 8, 9], 3, [5, 6, 7]),
    ],
  },
  '1-of-3-threshold-increase-to-2-of-3': {
    ok: true,
    versions: [version([1, 2, 3], 1, [1]), version([1, 2, 3], 2, [1, 2])],
  },
  '2-of-3-threshold-decrease-to-1-of-3': {
    ok: true,
    versions: [
      version([1, 2, 3], 2, [1, 2]),
      version([1, 2, 3], 1, [1, 2]),
      version([1, 2, 3], 1, [1]),
    ],
  },
  '1-of-2-threshold-increase-to-2-of-2': {
    ok: true,
    versions: [version([1], 1, [1]), version([1, 2], 2, [1, 2])],
  },
  '1-of-1-key-rotation-fail-not-signed-with-old-key': {
    ok: false,
    versions: [version([1], 1, [1]), version([2], 1, [2, 3, 4])],
  },
  '1-of-1-key-rotation-fail-not-signed-with-new-key': {
    ok: false,
    versions: [version([1], 1, [1]), version([2], 1, [1, 3, 4])],
  },
  '3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys': {
    ok: false,
    versions: [version([0, 1, 2, 3, 4], 3, [0, 2, 4]), version([0, 1, 3, 4, 5], 3, [0, 2, 4])],
  },
  '3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys': {
    ok: false,
    versions: [version([0, 1, 2, 3, 4], 3, [0, 2, 4]), version([0, 1, 3, 4, 5], 3, [0, 4, 5])],
  },
  '1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached': {
    ok: false,
    versions: [version([1, 2, 3], 1, [1]), version([1, 2, 3], 2, [2])],
  },
  '2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-eached': {
    ok: false,
    versions: [version([1, 2, 3], 2, [1, 2]), version([1, 2, 3], 1, [1])],
  },
}

const ROLE_VERSIONS: Readonly<Record<string, { ok: boolean; version: Version }>> = {
  '1-of-1-key-rotation': { ok: true, version: version([2], 1, [2]) },
  '1-of-1-key-rotation-unused-signatures': { ok: true, version: version([1], 1, [3, 1, 4]) },
  '1-of-1-key-rotation-fail-not-signed-with-new-key': {
    ok: false,
    version: version([2], 1, [1, 3, 4]),
  },
  '3-of-5-one-key-signature-wrong-not-signed-with-3-expected-keys': {
    ok: false,
    version: version([0, 1, 3, 4, 5], 3, [0, 2, 4]),
  },
  '2-of-5-one-key-signature-mising-threshold-not-reached': {
    ok: false,
    version: version([0, 1, 3, 4, 5], 3, [0, 4]),
  },
  '3-of-5-sign-first-combo': { ok: true, version: version([0, 1, 2, 3, 4], 3, [0, 2, 4]) },
  '3-of-5-sign-second-combo': { ok: true, version: version([0, 1, 2, 3, 4], 3, [0, 4, 1]) },
  '3-of-5-sign-third-combo': { ok: true, version: version([0, 1, 2, 3, 4], 3, [0, 1, 3]) },
  '3-of-5-sign-fourth-combo': { ok: true, version: version([0, 1, 2, 3, 4], 3, [1, 2, 3]) },
  '3-of-5-sign-fifth-combo': { ok: true, version: version([0, 1, 2, 3, 4], 3, [2, 3, 4]) },
}

describe('conformance: key rotations', CONCURRENCY, () => {
  for (const [id, { ok, versions }] of Object.entries(ROOT_CHAINS)) {
    scenario(
      `the root chain is ${ok ? 'followed to its end' : 'left before its last step'} (test_root_rotation[${id}])`,
      async ({ repository, client }) => {
        const signers = tenSigners()
        repository.forget('root')
        for (const each of versions) {
          setKeys(repository, 'root', each, signers)
          repository.publish('root')
        }
        const roots = repository.published.get('root') ?? []
        assert.ok(roots[0])
        await client.init(roots[0])
        assert.equal(await client.refresh(), ok ? OK : FAILED)
        assert.deepEqual(client.trusted('root'), Buffer.from(roots.at(ok ? -1 : -2) ?? []))
      },
    )
  }

  for (const [id, { ok, version: each }] of Object.entries(ROLE_VERSIONS)) {
    scenario(
      `new keys of timestamp, snapshot and targets are ${ok ? 'followed' : 'refused'} (test_non_root_rotations[${id}])`,
      async ({ repository, client }) => {
        const signers = tenSigners()
        await client.init(repository.newest('root'))
        assert.equal(await client.refresh(), OK)
        for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
          setKeys(repository, role, each, signers)
          repository.publish('root', 'targets', 'snapshot', 'timestamp')
          assert.equal(await client.refresh(), ok ? OK : FAILED)
          const isStored = Buffer.from(repository.newest(role)).equals(client.trustedOrEmpty(role))
          assert.equal(isStored, ok)
        }
      },
    )
  }
})

function tenSigners(): TufSigner[] {
  return Array.from({ length: 10 }, () => new TufSigner('ed25519'))
}

function setKeys(
  repository: RepositorySimulator,
  role: TopLevelRole,
  { keys, threshold, signatures }: Version,
  signers: readonly TufSigner[],
): void {
  repository.root.roles[role] = { keyids: [], threshold }
  for (const i of keys) repository.authorise(role, signers[i] as TufSigner)
  const signing = signatures.map((i) => signers[i] as TufSigner)
  repository.signers.set(role, new Map(signing.map((signer) => [signer.keyId, signer])))
}
