/**
 * The power fails while metadata is being stored: before a write takes effect, or after it but
 * before the client hears of it. The next refresh comes to the same end, and a device never
 * forgets a version that it has stored.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TrustError } from '@fleetward/shared'
import { FileMetadataStore } from '../../packages/agent/src/tuf/file-metadata-store.ts'
import type { MetadataStore } from '../../packages/agent/src/tuf/metadata-store.ts'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { TufDevice } from '../support/tuf-device.ts'

class PowerLoss extends Error {}

/** A store whose n-th write or removal meets a power loss. */
class FailingStore implements MetadataStore {
  readonly #store: MetadataStore
  readonly #cut: 'before' | 'after'
  #left: number

  constructor(store: MetadataStore, cutAt: number, cut: 'before' | 'after') {
    this.#store = store
    this.#left = cutAt
    this.#cut = cut
  }

  load(role: string): Promise<Uint8Array | undefined> {
    return this.#store.load(role)
  }

  save(role: string, bytes: Uint8Array): Promise<void> {
    return this.#change(() => this.#store.save(role, bytes))
  }

  remove(role: string): Promise<void> {
    return this.#change(() => this.#store.remove(role))
  }

  async #change(change: () => Promise<void>): Promise<void> {
    this.#left -= 1
    if (this.#left === 0 && this.#cut === 'before') throw new PowerLoss()
    await change()
    if (this.#left === 0) throw new PowerLoss()
  }
}

/** Root twice, the second time with a new timestamp key; then every other role. */
const CHANGES = [
  'root',
  'timestamp',
  'snapshot',
  'root',
  'timestamp',
  'snapshot',
  'targets',
  'security',
]

function repositoryInUse(): RepositorySimulator {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'security', { paths: ['security/*'] })
  repository.addArtifact('security', 'security/old', 'old')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  return repository
}

function moveOn(repository: RepositorySimulator): void {
  repository.publish('root')
  repository.rotateKeys('timestamp')
  repository.addArtifact('security', 'security/new', 'new')
  repository.publish('root', 'security', 'targets', 'snapshot', 'timestamp')
}

for (const cut of ['before', 'after'] as const) {
  for (const [i, change] of CHANGES.entries()) {
    test(`power lost ${cut} change ${i + 1} of the store (${change}): the next refresh completes it`, async () => {
      const repository = repositoryInUse()
      const device = new TufDevice(repository)
      assert.ok(await device.find('security/old'))
      moveOn(repository)

      const client = device.client({ store: new FailingStore(device.store, i + 1, cut) })
      const update = async () => {
        await client.refresh()
        await client.findTarget('security/new')
      }
      await assert.rejects(update(), PowerLoss)

      const after = device.versions()
      assert.ok(await device.find('security/new'))
      for (const role of ['root', 'timestamp', 'snapshot', 'targets', 'security']) {
        assert.deepEqual(device.store.files.get(role), repository.newest(role), role)
      }
      // Only what a revoked key had signed may be gone; nothing is older than it was.
      for (const [role, version] of Object.entries(after)) {
        assert.ok((device.versions()[role] ?? 0) >= version)
      }
    })
  }
}

test('a refresh changes the store as often as these tests cut it', async () => {
  const repository = repositoryInUse()
  const device = new TufDevice(repository)
  assert.ok(await device.find('security/old'))
  moveOn(repository)
  const changes: string[] = []
  const { store } = device
  const client = device.client({
    store: {
      load: (role) => store.load(role),
      save: async (role, bytes) => {
        changes.push(role)
        await store.save(role, bytes)
      },
      remove: async (role) => {
        changes.push(role)
        await store.remove(role)
      },
    },
  })
  await client.refresh()
  assert.ok(await client.findTarget('security/new'))
  assert.deepEqual(changes, CHANGES)
})

test('the stored timestamp of a revoked key is gone before the root that revokes it is stored', async () => {
  const repository = repositoryInUse()
  const device = new TufDevice(repository)
  await device.refresh()
  moveOn(repository)
  // The cut falls on the second root.
  const store = new FailingStore(device.store, 4, 'before')
  await assert.rejects(device.refresh({ store }), PowerLoss)
  assert.deepEqual(device.versions(), { root: 2, targets: 2 })
})

test('a store that was cut in the middle of a file is repaired, whichever file and wherever', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-cut-'))
  try {
    const repository = repositoryInUse()
    const device = new TufDevice(repository, { store: new FileMetadataStore(folder) })
    repository.publish('root')
    assert.ok(await device.find('security/old'))
    const whole = new Map(
      readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))] as const),
    )
    assert.equal(whole.size, 5)

    for (const [file, bytes] of whole) {
      const zeroes = Buffer.alloc(bytes.length)
      const half = bytes.subarray(0, bytes.length >> 1)
      const tail = Buffer.concat([half, zeroes.subarray(half.length)])
      for (const damage of [bytes.subarray(0, 0), half, bytes.subarray(0, -1), zeroes, tail]) {
        writeFileSync(join(folder, file), damage)
        assert.ok(await device.find('security/old'), file)
        assert.deepEqual(readFileSync(join(folder, file)), bytes)
      }
    }
    assert.equal(readdirSync(folder).length, 5)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('with a damaged factory root too there is nothing to trust, and nothing is asked for', async () => {
  const repository = repositoryInUse()
  const device = new TufDevice(repository)
  await device.refresh()
  device.store.files.set('root', new Uint8Array(10))
  repository.metadataRequests.length = 0
  await assert.rejects(
    device.refresh({ factoryRoot: new Uint8Array(10) }),
    (error) => error instanceof TrustError,
  )
  assert.deepEqual(repository.metadataRequests, [])
})
