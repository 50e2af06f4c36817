import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { RepositorySimulator } from '../support/repository-simulator.ts'
import { CONCURRENCY, FAILED, OK, scenario } from './scenario.ts'

const WITH_AND_WITHOUT_HASHES = [
  ['basic', false],
  ['with hashes', true],
] as const

describe('conformance: rollback attacks and recovery', CONCURRENCY, () => {
  scenario(
    'an older timestamp is refused (test_new_timestamp_version_rollback)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.publish('timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('timestamp'), 2)

      repository.forget('timestamp')
      repository.publish('timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('timestamp'), 2)
      assert.equal(repository.metadataRequests.at(-1), 'timestamp.json')
    },
  )

  for (const [id, listsHashes] of WITH_AND_WITHOUT_HASHES) {
    scenario(
      `an older snapshot behind a newer timestamp is refused (test_snapshot_rollback[${id}])`,
      async ({ repository, client }) => {
        await client.init(repository.newest('root'))
        repository.listsHashes = listsHashes
        repository.publish('snapshot', 'timestamp')
        assert.equal(await client.refresh(), OK)

        repository.forget('snapshot')
        repository.publish('snapshot', 'timestamp')
        assert.equal(await client.refresh(), FAILED)
        assert.equal(client.version('timestamp'), 2)
        assert.equal(client.version('snapshot'), 2)
        assert.equal(repository.metadataRequests.at(-1), 'timestamp.json')
      },
    )

    scenario(
      `older targets behind a newer snapshot are refused (test_targets_rollback[${id}])`,
      async ({ repository, client }) => {
        await client.init(repository.newest('root'))
        repository.listsHashes = listsHashes
        repository.publish('targets', 'snapshot', 'timestamp')
        assert.equal(await client.refresh(), OK)

        repository.forget('targets')
        repository.publish('targets', 'snapshot', 'timestamp')
        assert.equal(await client.refresh(), FAILED)
        assert.equal(client.version('snapshot'), 2)
        assert.equal(client.version('targets'), 2)
      },
    )
  }

  scenario(
    'a role cannot vanish from the snapshot (test_targets_role_removal)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      delegateSomething(repository)
      repository.publish('delegated', 'targets', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), OK)

      delete repository.snapshot.meta['delegated.json']
      repository.publish('snapshot', 'timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('snapshot'), 2)
    },
  )

  scenario(
    'new snapshot keys let targets versions start anew and roles vanish (test_targets_fast_forward_recovery)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      delegateSomething(repository)
      repository.publish('delegated')
      publishTimes(repository, 'targets', 99)
      repository.publish('snapshot', 'timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('targets'), 100)

      repository.rotateKeys('snapshot')
      repository.forget('targets')
      delete repository.snapshot.meta['delegated.json']
      repository.publish('root', 'targets', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('targets'), 1)
    },
  )

  scenario(
    'new snapshot and timestamp keys let the snapshot start anew (test_new_snapshot_fast_forward_recovery)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      publishTimes(repository, 'snapshot', 99)
      repository.publish('timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('snapshot'), 100)

      repository.rotateKeys('snapshot')
      repository.rotateKeys('timestamp')
      repository.forget('snapshot')
      repository.publish('root', 'targets', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('snapshot'), 1)
    },
  )

  scenario(
    'a new timestamp key lets the timestamp start anew (test_new_timestamp_fast_forward_recovery)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      publishTimes(repository, 'timestamp', 99)
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('timestamp'), 100)

      repository.rotateKeys('timestamp')
      repository.forget('timestamp')
      repository.publish('root', 'timestamp')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('timestamp'), 1)
    },
  )
})

function delegateSomething(repository: RepositorySimulator): void {
  repository.delegate('targets', 'delegated', { paths: ['delegatedpath/*'] })
}

function publishTimes(repository: RepositorySimulator, role: string, times: number): void {
  for (let i = 0; i < times; i += 1) repository.publish(role)
}
