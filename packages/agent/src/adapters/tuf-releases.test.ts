import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { nodeVerifier } from '@fleetward/platform'
import { releaseCustomJson, sha256Hex, TransferError } from '@fleetward/shared'
import { RepositorySimulator } from '../../../../test/support/repository-simulator.ts'
import { aRelease, PRODUCT } from '../../../../test/support/signed-messages.ts'
import { MemoryMetadataStore, sourceOf } from '../../../../test/support/tuf-device.ts'
import { TufClient } from '../tuf/tuf-client.ts'
import { TufReleases } from './tuf-releases.ts'

const utf8 = new TextEncoder()
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const PATH = aRelease().path

describe('releases and trust files', () => {
  let repository: RepositorySimulator
  let store: MemoryMetadataStore
  let trustFolder = ''
  let isAway = false
  let asked = 0

  beforeEach(async () => {
    trustFolder = await mkdtemp(join(tmpdir(), 'fleetward-trust-'))
    store = new MemoryMetadataStore()
    isAway = false
    asked = 0
    repository = new RepositorySimulator()
    repository.addArtifact('targets', 'trust/director.jwks', 'first keys')
    repository.addArtifact('targets', PATH, 'the artifact', {
      custom: releaseCustomJson(aRelease()),
    })
    repository.publish('targets', 'snapshot', 'timestamp')
    factoryRoot = repository.newest('root')
  })
  afterEach(() => rm(trustFolder, { recursive: true }))
  let factoryRoot: Uint8Array

  /** As after a start of the agent: what is in memory is gone. */
  const started = () => {
    const reachable = <Result>(ask: () => Result): Result => {
      if (isAway) {
        asked += 1
        throw new TransferError('SERVER_UNREACHABLE')
      }
      return ask()
    }
    const metadata = sourceOf(repository)
    const source = {
      fetch: async (path: string, maxBytes: number) =>
        reachable(() => metadata.fetch(path, maxBytes)),
    }
    const targets = {
      fetch: async (path: string) =>
        reachable(() => {
          const bytes = repository.fetchTarget(path)
          if (bytes === undefined) throw new TransferError('NOT_FOUND', { path })
          return bytes
        }),
    }
    const client = new TufClient({
      store,
      source,
      verifier: nodeVerifier,
      now: Date.now,
      factoryRoot,
    })
    return new TufReleases({ client, targets, product: PRODUCT, trustFolder })
  }
  const director = async (releases: TufReleases) => text(await releases.trustFile('director.jwks'))

  test('a release is what its role signed under that path', async () => {
    const release = await started().verify(PATH)
    assert.deepEqual([release.version, release.securityCounter], ['1.4.3', 2])
    assert.equal(release.sha256, sha256Hex(utf8.encode('the artifact')))
  })

  test('a release that no role lists, and one that left the metadata, are not found', async () => {
    const releases = started()
    await assert.rejects(releases.verify('security/9.9.9/x'), { code: 'TARGET_NOT_FOUND' })
    await releases.verify(PATH)
    delete repository.targets.targets[PATH]
    repository.publish('targets', 'snapshot', 'timestamp')
    await assert.rejects(releases.verify(PATH), { code: 'TARGET_NOT_FOUND' })
  })

  test('many questions at once get their answers', async () => {
    const releases = started()
    const answers = await Promise.all([
      releases.verify(PATH),
      director(releases),
      releases.refresh(),
      director(releases),
      releases.verify(PATH),
    ])
    assert.deepEqual([answers[1], answers[3]], ['first keys', 'first keys'])
  })

  test('keys are kept on the disk and serve while the server is away', async () => {
    await director(started())
    isAway = true
    assert.equal(await director(started()), 'first keys')
  })

  test('messages without end do not ask a repository that is away without end', async () => {
    await director(started())
    isAway = true
    const releases = started()
    for (let message = 0; message < 20; message += 1) {
      assert.equal(await director(releases), 'first keys')
    }
    assert.equal(asked, 1)
    isAway = false
    await releases.refresh()
    assert.equal(await director(releases), 'first keys', 'and the keys are fresh again')
  })

  test('without them on the disk the server is asked again later', async () => {
    isAway = true
    await assert.rejects(director(started()), { code: 'SERVER_UNREACHABLE' })
  })

  test('new keys take the place of the old ones with the next refresh', async () => {
    const releases = started()
    await director(releases)
    repository.addArtifact('targets', 'trust/director.jwks', 'next keys')
    repository.publish('targets', 'snapshot', 'timestamp')
    assert.equal(await director(releases), 'first keys', 'nothing asked, nothing heard')
    await releases.refresh()
    assert.equal(await director(releases), 'next keys')
    isAway = true
    assert.equal(await director(started()), 'next keys')
  })

  test('keys that were taken out of the metadata are not used again', async () => {
    await director(started())
    delete repository.targets.targets['trust/director.jwks']
    repository.publish('targets', 'snapshot', 'timestamp')
    await assert.rejects(director(started()), { code: 'TARGET_NOT_FOUND' })
  })

  test('keys on the disk that trusted metadata does not list are fetched anew', async () => {
    await writeFile(join(trustFolder, 'director.jwks'), 'an attacker’s keys')
    assert.equal(await director(started()), 'first keys')
  })

  test('a target file is fetched only under the digest that was asked for', async () => {
    const sha256 = sha256Hex(utf8.encode('first keys'))
    const releases = started()
    assert.equal(text(await releases.fetchTarget('trust/director.jwks', sha256, 100)), 'first keys')
    await assert.rejects(releases.fetchTarget('trust/director.jwks', '0'.repeat(64), 100), {
      code: 'DIGEST_MISMATCH',
    })
    await assert.rejects(releases.fetchTarget('trust/director.jwks', sha256, 5), {
      code: 'LENGTH_EXCEEDED',
    })
  })
})
