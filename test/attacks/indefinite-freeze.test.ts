/** Freeze attacks: the device is shown the same old truth for ever, and misses every fix. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inDays, RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

const DAY_MS = 86_400_000

for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
  test(`an unchanged repository is refused once its ${role} is expired`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    const document = repository.documents.get(role)
    assert.ok(document)
    document.expires = inDays(3)
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    await device.refresh()
    const later = () => Date.now() + 4 * DAY_MS
    await assert.rejects(device.refresh({ now: later }), refusal('METADATA_EXPIRED', { role }))
    // Nothing that it has is lost by that.
    await device.refresh()
  })
}

test('a delegated role is refused once it is expired', async () => {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'security', { expires: inDays(3) })
  repository.addArtifact('security', 'release', 'bytes')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  const device = new TufDevice(repository, { now: () => Date.now() + 4 * DAY_MS })
  await assert.rejects(device.find('release'), refusal('METADATA_EXPIRED', { role: 'security' }))
})

test('metadata ends with the second it names, not after it', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.timestamp.expires = '2030-06-01T12:00:00Z'
  repository.root.expires = '2031-01-01T00:00:00Z'
  repository.snapshot.expires = repository.targets.expires = repository.root.expires
  repository.publish('root', 'targets', 'snapshot', 'timestamp')
  const end = Date.parse('2030-06-01T12:00:00Z')
  await assert.rejects(
    device.refresh({ now: () => end }),
    refusal('METADATA_EXPIRED', { role: 'timestamp' }),
  )
  await device.refresh({ now: () => end - 1 })
})

test('the middle of a root chain may be expired, its end may not', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.root.expires = inDays(-100)
  repository.publish('root')
  await assert.rejects(device.refresh(), refusal('METADATA_EXPIRED', { role: 'root', version: 2 }))
  assert.deepEqual(repository.metadataRequests, ['2.root.json', '3.root.json'])
  repository.root.expires = inDays(100)
  repository.publish('root')
  await device.refresh()
  assert.equal(device.versions().root, 3)
})
