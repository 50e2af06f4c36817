import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { hashesOf } from '../support/repository-simulator.ts'
import { CONCURRENCY, FAILED, OK, scenario } from './scenario.ts'

const utf8 = new TextEncoder()

describe('conformance: downloads', CONCURRENCY, () => {
  scenario(
    'a refresh downloads nothing, a download just what was asked for (test_client_downloads_expected_file)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.addArtifact('targets', 'target_file.txt', 'contents')
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), OK)
      assert.deepEqual(client.downloads(), [])
      assert.equal(await client.download('target_file.txt'), OK)
      assert.deepEqual(client.downloads(), ['contents'])
    },
  )

  scenario(
    'a target path may have folders; its hash stands in the last part (test_client_downloads_expected_file_in_sub_dir)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.addArtifact('targets', 'path/to/a/target_file.txt', 'contents')
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.download('path/to/a/target_file.txt'), OK)
      assert.deepEqual(client.downloads(), ['contents'])
      const { sha256 } = hashesOf(utf8.encode('contents'), ['sha256'])
      assert.deepEqual(repository.targetRequests, [`path/to/a/${sha256}.target_file.txt`])
    },
  )

  scenario(
    'substituted bytes are never stored (test_repository_substitutes_target_file)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.addArtifact('targets', 'first', 'target file contents')
      repository.addArtifact('targets', 'second', 'content')
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.download('first'), OK)

      const malicious = utf8.encode('malicious data - should not download')
      repository.artifacts.set('first', malicious)
      repository.artifacts.set('second', malicious)
      await client.download('first')
      assert.deepEqual(client.downloads(), ['target file contents'])
      assert.equal(await client.download('second'), FAILED)
      assert.deepEqual(client.downloads(), ['target file contents'])
    },
  )

  scenario(
    'a target that changes is replaced under its name, one that was swapped is not (test_multiple_changes_to_target)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.addArtifact('targets', 'target_file.txt', 'contents')
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.download('target_file.txt'), OK)

      const others: string[] = []
      for (let i = 0; i <= 10; i += 1) {
        const current = `modified file contents ${i}`
        repository.addArtifact('targets', 'target_file.txt', current)
        repository.addArtifact('targets', `new-target-${i}`, `new file contents ${i}`)
        repository.publish('targets', 'snapshot', 'timestamp')
        // Like a device that is often offline, the client sees every fifth version only.
        if (i % 5 !== 0) continue

        assert.equal(await client.download('target_file.txt'), OK)
        assert.deepEqual(client.downloads(), [...others, current])
        assert.equal(await client.download(`new-target-${i}`), OK)
        others.push(`new file contents ${i}`)
        assert.deepEqual(client.downloads().sort(), [...others, current].sort())

        repository.artifacts.set('target_file.txt', utf8.encode(`malicious contents ${i}`))
        repository.publish('targets', 'snapshot', 'timestamp')
        await client.download('target_file.txt')
        assert.deepEqual(client.downloads().sort(), [...others, current].sort())
      }
    },
  )

  const algorithms = [['sha256'], ['sha512'], ['sha256', 'sha512']]
  for (const [i, hashes] of algorithms.entries()) {
    scenario(
      `a target listed with ${hashes.join(' and ')} is found and checked (test_download_with_hash_algorithms[hashes${i}])`,
      async ({ repository, client }) => {
        await client.init(repository.newest('root'))
        repository.addArtifact('targets', 'target_file.txt', 'contents', { hashes })
        repository.publish('targets', 'snapshot', 'timestamp')
        assert.equal(await client.download('target_file.txt'), OK)
        assert.equal(repository.targetRequests.length, 1)
        assert.deepEqual(client.downloads(), ['contents'])
      },
    )
  }

  scenario(
    'a target listed with an unknown hash alone is refused (test_download_with_unknown_hash_algorithm)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.addArtifact('targets', 'target_file.txt', 'contents', { hashes: ['sha512'] })
      const listed = repository.targets.targets['target_file.txt']
      assert.ok(listed)
      listed.hashes = { 'unknown-hash': listed.hashes.sha512 ?? '' }
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.download('target_file.txt'), FAILED)
      assert.deepEqual(client.downloads(), [])
    },
  )

  scenario(
    'a target that is there already is not downloaded again (test_artifact_cache)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.addArtifact('targets', 'target_file.txt', 'contents')
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.download('target_file.txt'), OK)
      assert.equal(await client.download('target_file.txt'), OK)
      assert.equal(repository.targetRequests.length, 1)
    },
  )
})
