/** Extraneous roles: whoever may delegate could send a device through roles without an end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, sourceOf, TufDevice } from '../support/tuf-device.ts'

test('a search through more roles than the limit is given up', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  const names = Array.from({ length: 40 }, (_, i) => `r${i}`)
  for (const [i, name] of names.entries()) repository.delegate(names[i - 1] ?? 'targets', name)
  repository.addArtifact('r39', 'deep', 'bytes')
  repository.addArtifact('r31', 'within reach', 'bytes')
  repository.publish(...names, 'targets', 'snapshot', 'timestamp')
  await assert.rejects(device.find('deep'), refusal('DELEGATIONS_EXCEEDED', { limit: 32 }))
  assert.equal(repository.metadataRequests.filter((name) => name.startsWith('1.r')).length, 32)
  assert.ok(await device.find('within reach'))
})

test('a circle of delegations is walked once', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'a')
  repository.delegate('a', 'b')
  repository.delegate('b', 'a')
  repository.publish('a', 'b', 'targets', 'snapshot', 'timestamp')
  assert.equal(await device.find('nowhere'), undefined)
  assert.deepEqual(repository.metadataRequests.slice(4), ['1.a.json', '1.b.json'])
})

test('roles that are listed but lead nowhere are not asked for', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  for (let i = 0; i < 500; i += 1) repository.snapshot.meta[`extra-${i}.json`] = { version: 1 }
  repository.addArtifact('targets', 'file', 'bytes')
  repository.publish('targets', 'snapshot', 'timestamp')
  assert.ok(await device.find('file'))
  assert.equal(repository.metadataRequests.length, 4)
})

test('a root chain without an end is followed for a while only, and goes on next time', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  for (let i = 0; i < 300; i += 1) repository.publish('root')
  const honest = sourceOf(repository)
  let roots = 0
  const source = {
    fetch: (path: string, maxBytes: number) => {
      if (path.endsWith('.root.json')) roots += 1
      return honest.fetch(path, maxBytes)
    },
  }
  await device.refresh({ source })
  assert.equal(roots, 256)
  assert.equal(device.versions().root, 257)
  await device.refresh({ source })
  assert.equal(device.versions().root, 301)
})
