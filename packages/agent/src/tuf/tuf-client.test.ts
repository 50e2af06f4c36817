import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TransferError } from '@fleetward/shared'
import { RepositorySimulator } from '../../../../test/support/repository-simulator.ts'
import { refusal, sourceOf, TufDevice } from '../../../../test/support/tuf-device.ts'

test('a second refresh of an unchanged repository asks for the next root and the timestamp only', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  await device.refresh()
  repository.metadataRequests.length = 0
  await device.refresh()
  assert.deepEqual(repository.metadataRequests, ['2.root.json', 'timestamp.json'])
})

test('only what has changed is fetched again', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security')
  repository.addArtifact('security', 'release', 'bytes')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  assert.ok(await device.find('release'))
  repository.publish('security', 'snapshot', 'timestamp')
  repository.metadataRequests.length = 0
  assert.ok(await device.find('release'))
  assert.deepEqual(repository.metadataRequests, [
    '2.root.json',
    'timestamp.json',
    '3.snapshot.json',
    '2.security.json',
  ])
})

test('another timestamp of the trusted version is not stored', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  await device.refresh()
  const trusted = device.store.files.get('timestamp')
  repository.forget('timestamp')
  repository.timestamp['x-note'] = 'signed anew'
  repository.publish('timestamp')
  await device.refresh()
  assert.equal(device.store.files.get('timestamp'), trusted)
})

test('two refreshes at a time are one', async () => {
  const repository = new RepositorySimulator()
  const client = new TufDevice(repository).client()
  await Promise.all([client.refresh(), client.refresh()])
  assert.equal(repository.metadataRequests.length, 4)
  await client.refresh()
  assert.equal(repository.metadataRequests.length, 6)
})

test('versions tell how far the last refresh has come', async () => {
  const repository = new RepositorySimulator()
  const client = new TufDevice(repository).client()
  assert.deepEqual(client.versions(), { root: 0, timestamp: 0, snapshot: 0, targets: 0 })
  repository.publish('root', 'snapshot', 'timestamp')
  repository.forget('targets')
  await assert.rejects(client.refresh(), refusal('NOT_FOUND'))
  assert.deepEqual(client.versions(), { root: 2, timestamp: 2, snapshot: 2, targets: 0 })
})

test('after a refresh that failed nothing is looked up in what came before it', async () => {
  const repository = new RepositorySimulator()
  repository.addArtifact('targets', 'withdrawn', 'bytes')
  repository.publish('targets', 'snapshot', 'timestamp')
  const client = new TufDevice(repository).client()
  await assert.rejects(client.findTarget('withdrawn'), /refresh first/)
  await client.refresh()
  assert.ok(await client.findTarget('withdrawn'))

  delete repository.targets.targets.withdrawn
  repository.publish('targets', 'snapshot', 'timestamp')
  repository.published.get('targets')?.pop()
  await assert.rejects(client.refresh(), refusal('NOT_FOUND'))
  await assert.rejects(client.findTarget('withdrawn'), /refresh first/)
})

test('a repository without consistent snapshots is asked for plain names', async () => {
  const repository = new RepositorySimulator()
  repository.root.consistent_snapshot = false
  repository.delegate('targets', 'security')
  repository.addArtifact('security', 'release', 'bytes')
  repository.publish('root', 'security', 'targets', 'snapshot', 'timestamp')
  const client = new TufDevice(repository).client()
  await client.refresh()
  assert.ok(await client.findTarget('release'))
  assert.equal(client.consistentSnapshot, false)
  assert.deepEqual(repository.metadataRequests, [
    '3.root.json',
    'timestamp.json',
    'snapshot.json',
    'targets.json',
    'security.json',
  ])
})

test('a server that is away in the middle of the root chain is no end of the chain', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.publish('root')
  const honest = sourceOf(repository)
  const source = {
    fetch: (path: string, maxBytes: number) =>
      path === '3.root.json'
        ? Promise.reject(new TransferError('SERVER_REFUSED', { status: 503 }))
        : honest.fetch(path, maxBytes),
  }
  await assert.rejects(device.refresh({ source }), refusal('SERVER_REFUSED', { status: 503 }))
  assert.deepEqual(device.versions(), { root: 2 })
})

test('without any root nothing is trusted and nothing asked for', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository, { factoryRoot: new Uint8Array() })
  await assert.rejects(device.refresh(), { name: 'TrustError' })
  assert.deepEqual(repository.metadataRequests, [])
})
