import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { TopLevelRole } from '../support/repository-simulator.ts'
import { inDays } from '../support/repository-simulator.ts'
import { withoutFaketime } from '../support/tuf-client-process.ts'
import { TufSigner } from '../support/tuf-signer.ts'
import { CONCURRENCY, FAILED, OK, scenario } from './scenario.ts'

const FIRST_REQUESTS = ['2.root.json', 'timestamp.json', '1.snapshot.json', '1.targets.json']
const ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const

describe('conformance: basic workflow', CONCURRENCY, () => {
  scenario(
    'a first refresh asks for the next root, timestamp, snapshot, targets, in this order (test_basic_refresh_requests)',
    async ({ repository, client }) => {
      assert.equal(await client.init(repository.newest('root')), OK)
      assert.deepEqual(repository.metadataRequests, [])
      assert.equal(await client.refresh(), OK)
      assert.deepEqual(repository.metadataRequests, FIRST_REQUESTS)
    },
  )

  scenario(
    'after a refresh the client trusts what the repository shows (test_basic_refresh_trusted_data)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      for (const role of ROLES) {
        assert.deepEqual(client.trusted(role), Buffer.from(repository.newest(role)))
      }
    },
  )

  scenario(
    'a download refreshes first, even for a target that does not exist (test_implicit_refresh)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.download('nonexistent artifact'), FAILED)
      assert.deepEqual(repository.metadataRequests, FIRST_REQUESTS)
      for (const role of ROLES) {
        assert.deepEqual(client.trusted(role), Buffer.from(repository.newest(role)))
      }
    },
  )

  scenario(
    'with a malformed initial root nothing is asked for (test_invalid_initial_root)',
    async ({ repository, client }) => {
      repository.tamper('root', ({ signed }) => {
        delete (signed as { version?: number }).version
      })
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), FAILED)
      assert.deepEqual(repository.metadataRequests, [])
    },
  )

  scenario(
    'with a badly signed initial root nothing is asked for (test_unsigned_initial_root)',
    async ({ repository, client }) => {
      const stranger = new TufSigner()
      repository.tamper('root', ({ signatures }) => {
        for (const signature of signatures) signature.sig = stranger.sign(new Uint8Array(8))
      })
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), FAILED)
      assert.deepEqual(repository.metadataRequests, [])
    },
  )

  const unsigned: [TopLevelRole, Record<string, number>][] = [
    ['root', { root: 1 }],
    ['timestamp', { root: 2 }],
    ['snapshot', { root: 2, timestamp: 2 }],
    ['targets', { root: 2, snapshot: 2, timestamp: 2 }],
  ]
  for (const [role, trusted] of unsigned) {
    scenario(
      `an unsigned ${role} is refused, and what came before it is kept (test_unsigned_metadata[${role}])`,
      async ({ repository, client }) => {
        const initialRoot = repository.newest('root')
        repository.signersOf(role).clear()
        repository.publish(...ROLES.toReversed())
        assert.equal(await client.init(initialRoot), OK)
        assert.equal(await client.refresh(), FAILED)
        assert.deepEqual(client.trustedRoles(), trusted)
      },
    )
  }

  const mismatched: [TopLevelRole, Record<string, number>][] = [
    ['root', { root: 1 }],
    ['snapshot', { root: 2, timestamp: 2 }],
    ['targets', { root: 2, snapshot: 2, timestamp: 2 }],
  ]
  for (const [role, trusted] of mismatched) {
    scenario(
      `a ${role} whose version differs from its file name's is refused (test_url_and_metadata_version_mismatch[${role}])`,
      async ({ repository, client }) => {
        const initialRoot = repository.newest('root')
        const document = repository.documents.get(role)
        assert.ok(document)
        document.version += 1
        repository.publish('root', 'targets', 'snapshot', 'timestamp')
        await client.init(initialRoot)
        assert.equal(await client.refresh(), FAILED)
        assert.deepEqual(client.trustedRoles(), trusted)
      },
    )
  }

  scenario(
    'another timestamp of the same version changes nothing (test_timestamp_content_changes)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      const trusted = client.trusted('timestamp')

      repository.forget('timestamp')
      repository.timestamp.meta['snapshot.json'].version = 100
      repository.publish('timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(repository.metadataRequests.at(-1), 'timestamp.json')
      assert.deepEqual(client.trusted('timestamp'), trusted)
    },
  )

  scenario(
    'metadata must have the hash that is listed for it (test_basic_metadata_hash_support)',
    async ({ repository, client }) => {
      repository.listsHashes = true
      repository.publish('targets', 'snapshot', 'timestamp')
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)

      repository.publish('targets')
      const meta = repository.snapshot.meta['targets.json']
      assert.ok(meta?.hashes)
      meta.hashes.sha256 = '46'.repeat(32)
      repository.publish('snapshot', 'timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('snapshot'), 3)
      assert.equal(client.version('targets'), 2)
    },
  )

  scenario(
    'a snapshot with another hash than the timestamp says is refused (test_snapshot_hash_mismatch)',
    async ({ repository, client }) => {
      repository.listsHashes = true
      repository.publish('snapshot', 'timestamp')
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)

      repository.publish('snapshot')
      const { hashes } = repository.timestamp.meta['snapshot.json']
      assert.ok(hashes)
      hashes.sha256 = '46'.repeat(32)
      repository.publish('timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('timestamp'), 3)
      assert.equal(client.version('snapshot'), 2)
    },
  )

  scenario(
    'targets with other bytes than the snapshot says are refused (test_targets_hash_mismatch)',
    async ({ repository, client }) => {
      repository.listsHashes = true
      repository.publish('targets', 'snapshot', 'timestamp')
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)

      repository.publish('targets', 'snapshot', 'timestamp')
      const padded = Buffer.concat([repository.newest('targets'), Buffer.from(' ')])
      repository.replaceNewest('targets', padded)
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('snapshot'), 3)
      assert.equal(client.version('targets'), 2)
    },
  )

  scenario(
    'a delegated role that the snapshot does not list is not believed (test_delegation_not_in_snapshot)',
    async ({ repository, client }) => {
      repository.delegate('targets', 'delegated', { paths: ['delegated/*'] })
      repository.addArtifact('delegated', 'delegated/file', 'content')
      repository.publish('delegated', 'targets')
      delete repository.snapshot.meta['delegated.json']
      repository.publish('snapshot', 'timestamp')

      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      assert.equal(await client.download('delegated/file'), FAILED)
      assert.deepEqual(client.downloads(), [])
      assert.equal(client.version('delegated'), undefined)
    },
  )

  scenario(
    'metadata is stored byte for byte as it came (test_metadata_bytes_match)',
    async ({ repository, client }) => {
      const unique = Buffer.concat([repository.newest('timestamp'), Buffer.from(' ')])
      repository.replaceNewest('timestamp', unique)
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      assert.deepEqual(client.trusted('timestamp'), unique)
    },
  )

  scenario(
    'fields that TUF does not define are signed and do no harm (test_custom_fields)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)

      repository.root['custom-field'] = 'value'
      repository.addKey('root', new TufSigner('ecdsa', { 'extra-field': { a: 1, b: 2 } }))
      repository.roleKeys('root')['another-field'] = 'value'
      repository.publish('root')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('root'), 2)
    },
  )

  scenario(
    'a misleading keyid_hash_algorithms has no meaning (test_deprecated_keyid_hash_algorithms)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.roleKeys('snapshot').keyids = []
      repository.signersOf('snapshot').clear()
      repository.addKey('snapshot', new TufSigner('ecdsa', { keyid_hash_algorithms: 'md5' }))
      repository.publish('root', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('root'), 2)
      assert.equal(client.version('snapshot'), 2)
    },
  )

  scenario(
    'with a missing snapshot the new timestamp is kept and the refresh fails (test_snapshot_404)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      repository.timestamp.meta['snapshot.json'].version += 1
      repository.publish('timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(repository.metadataRequests.at(-1), '2.snapshot.json')
      assert.deepEqual(client.trustedRoles(), { root: 1, snapshot: 1, targets: 1, timestamp: 2 })
    },
  )

  scenario(
    'with missing targets the new timestamp and snapshot are kept and the refresh fails (test_targets_404)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      const meta = repository.snapshot.meta['targets.json']
      assert.ok(meta)
      meta.version += 1
      repository.publish('snapshot', 'timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(repository.metadataRequests.at(-1), '2.targets.json')
      assert.deepEqual(client.trustedRoles(), { root: 1, snapshot: 2, targets: 1, timestamp: 2 })
    },
  )

  scenario(
    'with a missing timestamp the refresh fails (test_timestamp_404)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      repository.forget('timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(repository.metadataRequests.at(-1), 'timestamp.json')
    },
  )

  scenario(
    'a snapshot, even signed by the timestamp key, is no timestamp (test_incorrect_metadata_type)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      const [timestampSigner] = repository.signersOf('timestamp').values()
      assert.ok(timestampSigner)
      repository.addKey('snapshot', timestampSigner)
      // So that it has all a timestamp needs but the type.
      repository.snapshot.meta = { 'snapshot.json': { version: 1 } }
      repository.publish('root', 'snapshot')
      repository.published.get('timestamp')?.push(repository.newest('snapshot'))
      assert.equal(await client.refresh(), FAILED)
      assert.deepEqual(client.trustedRoles(), { root: 2 })
    },
  )

  scenario(
    'the client reads the clock through libc (test_faketime)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.root.expires = inDays(7)
      repository.publish('root')
      assert.equal(await client.refresh(), OK)
      assert.equal(await client.refresh({ at: new Date(inDays(8)) }), FAILED)
    },
    { skip: withoutFaketime },
  )
})
