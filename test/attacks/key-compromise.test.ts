/** Key compromise: what a thief of some keys can do, what not, and how the owner gets rid of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'
import { TufSigner } from '../support/tuf-signer.ts'

test('the server, with timestamp and snapshot keys, cannot sign a release', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  await device.refresh()
  repository.addArtifact('targets', 'malware', 'malware')
  for (const role of ['timestamp', 'snapshot']) {
    repository.signers.set('targets', repository.signersOf(role))
    repository.publish('targets', 'snapshot', 'timestamp')
    await assert.rejects(device.find('malware'), refusal('THRESHOLD_NOT_MET', { role: 'targets' }))
  }
  assert.equal(device.versions().targets, 1)
})

test('one key less than the threshold is worth nothing, in every role', async () => {
  for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
    const repository = new RepositorySimulator()
    repository.addKey(role)
    const third = repository.addKey(role)
    repository.roleKeys(role).threshold = 3
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    const device = new TufDevice(repository)
    await device.refresh()
    repository.signersOf(role).delete(third.keyId)
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    await assert.rejects(
      device.refresh(),
      refusal('THRESHOLD_NOT_MET', { role, threshold: 3, signers: 2 }),
    )
  }
})

test('a thief of the new root keys alone cannot replace the root, nor one of the old alone', async () => {
  for (const isOldSigner of [true, false]) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    const [old] = repository.signersOf('root').values()
    assert.ok(old)
    const replacement = new TufSigner()
    repository.rotateKeys('root')
    repository.roleKeys('root').keyids = [replacement.keyId]
    repository.authorise('root', replacement)
    const signer = isOldSigner ? old : replacement
    repository.signers.set('root', new Map([[signer.keyId, signer]]))
    repository.publish('root')
    await assert.rejects(device.refresh(), refusal('THRESHOLD_NOT_MET', { role: 'root' }))
    assert.equal(device.versions().root, 1)
  }
})

test('once root revokes a key, nothing it signs or has signed counts any more', async () => {
  for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    await device.refresh()
    const stolen = new Map(repository.signersOf(role))
    repository.rotateKeys(role)
    repository.publish('root')
    repository.signers.set(role, stolen)
    repository.publish('targets', 'snapshot', 'timestamp')
    await assert.rejects(device.refresh(), refusal('THRESHOLD_NOT_MET', { role }))
    assert.equal(device.versions().root, 2)
  }
})

test('once targets takes a release key away, its releases are gone, stored or not', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security', { paths: ['security/*/*'] })
  repository.addArtifact('security', 'security/1.4.3/a', 'bytes')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  assert.ok(await device.find('security/1.4.3/a'))

  const roleKeys = repository.roleKeys('security', 'targets')
  roleKeys.keyids = []
  repository.authorise('security', new TufSigner(), 'targets')
  repository.publish('targets', 'snapshot', 'timestamp')
  await assert.rejects(
    device.find('security/1.4.3/a'),
    refusal('THRESHOLD_NOT_MET', { role: 'security' }),
  )
})
