/** Rollback attacks: metadata that was once true, shown again to hide what came after it (CRA P-129). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

/** Signed and never forgotten: every file of an earlier day, to be shown again. */
function photograph(repository: RepositorySimulator): Map<string, Uint8Array[]> {
  return new Map([...repository.published].map(([role, versions]) => [role, [...versions]]))
}

function showAgain(repository: RepositorySimulator, old: Map<string, Uint8Array[]>): void {
  repository.published.clear()
  for (const [role, versions] of old) repository.published.set(role, versions)
}

test('refuses the whole repository of an earlier day', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  const earlier = photograph(repository)
  repository.publish('targets', 'snapshot', 'timestamp')
  await device.refresh()
  const trusted = device.versions()

  showAgain(repository, earlier)
  await assert.rejects(
    device.refresh(),
    refusal('VERSION_DECREASED', { role: 'timestamp', trusted: 2, offered: 1 }),
  )
  assert.deepEqual(device.versions(), trusted)
})

test('refuses an old snapshot behind a new timestamp', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.publish('snapshot', 'timestamp')
  await device.refresh()
  repository.timestamp.meta['snapshot.json'].version = 1
  repository.publish('timestamp')
  await assert.rejects(
    device.refresh(),
    refusal('VERSION_DECREASED', { role: 'snapshot', trusted: 2, offered: 1 }),
  )
})

test('refuses an old targets or delegated role behind a new snapshot', async () => {
  for (const role of ['targets', 'security']) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.delegate('targets', 'security')
    repository.publish('security', 'targets', 'security', 'targets', 'snapshot', 'timestamp')
    await device.refresh()
    const meta = repository.snapshot.meta[`${role}.json`]
    assert.ok(meta)
    meta.version -= 1
    repository.publish('snapshot', 'timestamp')
    await assert.rejects(device.refresh(), refusal('VERSION_DECREASED', { role: `${role}.json` }))
    assert.equal(device.versions().snapshot, 2)
  }
})

test('refuses a snapshot in which a role has vanished', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  await device.refresh()
  delete repository.snapshot.meta['security.json']
  repository.publish('snapshot', 'timestamp')
  await assert.rejects(device.refresh(), refusal('ROLE_MISSING', { role: 'security.json' }))
})

test('refuses a root that repeats, skips or takes back a version', async () => {
  for (const version of [1, 2, 4, 2 ** 53 - 1]) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.publish('root')
    await device.refresh()
    assert.equal(device.versions().root, 2)
    // Signed by the root's own holders, and shown where version 3 belongs.
    repository.root.version = version - 1
    repository.publish('root')
    const code = version < 2 ? 'VERSION_DECREASED' : 'VERSION_MISMATCH'
    await assert.rejects(device.refresh(), refusal(code, { role: 'root' }))
    assert.equal(device.versions().root, 2)
  }
})

test('an expired timestamp still is a floor for versions', async () => {
  const repository = new RepositorySimulator()
  for (const document of repository.documents.values()) document.expires = '2040-01-01T00:00:00Z'
  repository.timestamp.expires = '2035-01-01T00:00:00Z'
  repository.publish('root', 'targets', 'snapshot', 'timestamp')
  const device = new TufDevice(repository)
  await device.refresh()

  repository.forget('timestamp')
  repository.timestamp.expires = '2040-01-01T00:00:00Z'
  repository.publish('timestamp')
  await assert.rejects(
    device.refresh({ now: () => Date.parse('2036-01-01T00:00:00Z') }),
    refusal('VERSION_DECREASED', { role: 'timestamp', trusted: 2, offered: 1 }),
  )
})

test('keeps an old release out of reach once its role has dropped it', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security', { paths: ['security/*/*'] })
  repository.addArtifact('security', 'security/1.4.2/gateway.tar.gz', 'vulnerable')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  assert.ok(await device.find('security/1.4.2/gateway.tar.gz'))
  delete repository.targetsOf('security').targets['security/1.4.2/gateway.tar.gz']
  repository.publish('security', 'snapshot', 'timestamp')
  assert.equal(await device.find('security/1.4.2/gateway.tar.gz'), undefined)

  // The server shows the old file of the role under the new version's name.
  const versions = repository.published.get('security')
  assert.ok(versions?.[0])
  versions[1] = versions[0]
  device.store.files.delete('security')
  await assert.rejects(
    device.find('security/1.4.2/gateway.tar.gz'),
    refusal('VERSION_MISMATCH', { role: 'security', expected: 2, seen: 1 }),
  )
})
