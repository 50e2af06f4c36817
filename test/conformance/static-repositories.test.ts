import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { RepositoryServer } from '../support/repository-server.ts'
import { TufClientProcess, withoutFaketime } from '../support/tuf-client-process.ts'
import { TufSigner } from '../support/tuf-signer.ts'
import { CONCURRENCY, OK, scenario } from './scenario.ts'

const VECTORS = new URL('../vectors/', import.meta.url)

/** Repositories that other people's tools have made; each folder's README says whose. */
const REPOSITORIES = [
  { id: 'tuf-on-ci-0.11', folder: 'tuf-on-ci/', target: 'delegatedrole/artifact' },
  {
    id: 'sigstore-root-signing',
    folder: 'sigstore/',
    target: 'rekor.pub',
    at: new Date('2024-11-28T00:00:00Z'),
  },
]

describe('conformance: repositories of others', CONCURRENCY, () => {
  for (const { id, folder, target, at } of REPOSITORIES) {
    const skip = at === undefined ? false : withoutFaketime
    test(`a target of ${folder} is verified and downloaded (test_static_repository[${id}])`, {
      skip,
    }, async () => {
      const when = at === undefined ? {} : { at }
      const base = new URL(folder, VECTORS)
      await using server = await RepositoryServer.start({
        fetchMetadata: (name) => readIfThere(new URL(`metadata/${name}`, base)),
        fetchTarget: (path) => readIfThere(new URL(`targets/${path}`, base)),
      })
      using client = new TufClientProcess(server)
      assert.equal(await client.init(readFileSync(new URL('initial-root.json', base))), OK)
      assert.equal(await client.refresh(when), OK, client.complaint)
      assert.equal(await client.download(target, when), OK, client.complaint)
      assert.equal(client.downloads().length, 1)
    })
  }

  scenario(
    'the old name of the ecdsa key type, with raw points in hex, is read too',
    async ({ repository, client }) => {
      for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
        repository.roleKeys(role).keyids = []
        if (role !== 'root') repository.signersOf(role).clear()
        repository.addKey(role, new TufSigner('ecdsa-legacy-hex'))
      }
      const initialRoot = repository.newest('root')
      repository.publish('root', 'targets', 'snapshot', 'timestamp')
      await client.init(initialRoot)
      assert.equal(await client.refresh(), OK, client.complaint)
      assert.deepEqual(client.trustedRoles(), { root: 2, snapshot: 2, targets: 2, timestamp: 2 })
    },
  )
})

function readIfThere(url: URL): Uint8Array | undefined {
  try {
    return readFileSync(url)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
