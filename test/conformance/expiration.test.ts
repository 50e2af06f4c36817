import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { inDays } from '../support/repository-simulator.ts'
import { withoutFaketime } from '../support/tuf-client-process.ts'
import { CONCURRENCY, FAILED, OK, scenario } from './scenario.ts'

describe('conformance: expiry', CONCURRENCY, () => {
  scenario(
    'an expired root is kept, but nothing is asked for under it (test_root_expired)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      repository.publish('root')
      assert.equal(await client.refresh(), OK)

      repository.root.expires = inDays(-1)
      repository.publish('root', 'timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.deepEqual(client.trustedRoles(), { root: 3, snapshot: 1, targets: 1, timestamp: 1 })
    },
  )

  scenario(
    'a newer but expired timestamp is refused (test_timestamp_expired)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      repository.timestamp.expires = inDays(-5)
      repository.publish('timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.deepEqual(client.trustedRoles(), { root: 1, snapshot: 1, targets: 1, timestamp: 1 })
    },
  )

  scenario(
    'a newer but expired snapshot is refused (test_snapshot_expired)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      repository.snapshot.expires = inDays(-5)
      repository.publish('snapshot', 'timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.deepEqual(client.trustedRoles(), { root: 1, snapshot: 1, targets: 1, timestamp: 2 })
    },
  )

  scenario(
    'newer but expired targets are refused (test_targets_expired)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)
      repository.targets.expires = inDays(-5)
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.deepEqual(client.trustedRoles(), { root: 1, snapshot: 2, targets: 1, timestamp: 2 })
    },
  )

  scenario(
    'an expired local root leads to its successor (test_expired_local_root)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.root.expires = inDays(7)
      repository.publish('root')
      assert.equal(await client.refresh(), OK)
      repository.root.expires = inDays(21)
      repository.publish('root')
      assert.equal(await client.refresh({ at: new Date(inDays(18)) }), OK)
      assert.equal(client.version('root'), 3)
    },
    { skip: withoutFaketime },
  )

  scenario(
    'an expired local timestamp leads to its successor (test_expired_local_timestamp)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.timestamp.expires = inDays(7)
      repository.publish('timestamp')
      assert.equal(await client.refresh(), OK)
      repository.timestamp.expires = inDays(21)
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.refresh({ at: new Date(inDays(18)) }), OK)
      assert.deepEqual(client.trustedRoles(), { root: 1, snapshot: 2, targets: 2, timestamp: 3 })
    },
    { skip: withoutFaketime },
  )

  scenario(
    'a delegated role that is expired when first seen is refused (test_delegated_targets_expired)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.delegate('targets', 'delegated', {
        paths: ['delegatedpath/*'],
        expires: inDays(-1),
      })
      repository.addArtifact('delegated', 'delegatedpath/target', 'delegated content')
      repository.publish('delegated', 'targets', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(await client.download('delegatedpath/target'), FAILED)
      assert.deepEqual(client.downloads(), [])
      assert.deepEqual(client.trustedRoles(), { root: 1, snapshot: 2, targets: 2, timestamp: 2 })
    },
  )

  scenario(
    'a stored delegated role is not used after its expiry (test_expired_local_delegated_targets)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.delegate('targets', 'delegated', {
        paths: ['delegatedpath/*'],
        expires: inDays(7),
      })
      repository.addArtifact('delegated', 'delegatedpath/first', 'first')
      repository.addArtifact('delegated', 'delegatedpath/second', 'second')
      repository.publish('delegated', 'targets', 'snapshot', 'timestamp')
      assert.equal(await client.download('delegatedpath/first'), OK)
      assert.deepEqual(client.downloads(), ['first'])

      const at = new Date(inDays(18))
      assert.equal(await client.download('delegatedpath/second', { at }), FAILED)
      assert.deepEqual(client.downloads(), ['first'])
    },
    { skip: withoutFaketime },
  )

  scenario(
    'an expired delegated role leads to its successor (test_expired_local_delegated_targets_updates)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.delegate('targets', 'delegated', {
        paths: ['delegatedpath/*'],
        expires: inDays(7),
      })
      repository.addArtifact('delegated', 'delegatedpath/first', 'first')
      repository.addArtifact('delegated', 'delegatedpath/second', 'second')
      repository.publish('delegated', 'targets', 'snapshot', 'timestamp')
      assert.equal(await client.download('delegatedpath/first'), OK)

      repository.targetsOf('delegated').expires = inDays(21)
      repository.publish('delegated', 'snapshot', 'timestamp')
      const at = new Date(inDays(18))
      assert.equal(await client.download('delegatedpath/second', { at }), OK)
      assert.deepEqual(client.downloads().sort(), ['first', 'second'])
    },
    { skip: withoutFaketime },
  )
})
