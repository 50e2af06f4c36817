/** Mix-and-match attacks: signed files that never stood together, shown as if they did. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

test('refuses another snapshot than the timestamp names, older or newer', async () => {
  for (const shown of [0, 2]) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.publish('snapshot', 'timestamp', 'snapshot')
    const versions = repository.published.get('snapshot')
    assert.ok(versions)
    versions[1] = versions[shown] ?? new Uint8Array()
    await assert.rejects(
      device.refresh(),
      refusal('VERSION_MISMATCH', { role: 'snapshot', expected: 2, seen: shown + 1 }),
    )
    assert.equal(device.versions().snapshot, undefined)
  }
})

test('refuses other targets than the snapshot names, older or newer', async () => {
  for (const shown of [0, 2]) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.publish('targets', 'snapshot', 'timestamp', 'targets')
    const versions = repository.published.get('targets')
    assert.ok(versions)
    versions[1] = versions[shown] ?? new Uint8Array()
    await assert.rejects(
      device.refresh(),
      refusal('VERSION_MISMATCH', { role: 'targets', expected: 2, seen: shown + 1 }),
    )
  }
})

for (const [role, announcedIn] of [
  ['snapshot', 'timestamp'],
  ['targets', 'snapshot'],
] as const) {
  test(`refuses a ${role} of the right version that is not the file its ${announcedIn} lists`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.listsHashes = true
    repository.publish('targets', 'snapshot', 'timestamp')
    const document = repository.documents.get(role)
    assert.ok(document)
    // Signed by the same people, same length, same version, another day.
    document.expires = document.expires.replace(/^\d{4}/, '2099')
    const length = repository.newest(role).length
    let bytes = repository.sign(role)
    // ECDSA signatures differ in length now and then.
    while (bytes.length !== length) bytes = repository.sign(role)
    repository.replaceNewest(role, bytes)
    await assert.rejects(device.refresh(), refusal('DIGEST_MISMATCH', { name: `${role}.json` }))
  })
}

test('refuses a delegated role that its snapshot does not list', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security')
  repository.addArtifact('security', 'release', 'bytes')
  repository.publish('security', 'targets')
  delete repository.snapshot.meta['security.json']
  repository.publish('snapshot', 'timestamp')
  await assert.rejects(device.find('release'), refusal('ROLE_MISSING', { role: 'security' }))
})

test('refuses metadata of one role in the place of another', async () => {
  for (const [shown, asked] of [
    ['snapshot', 'timestamp'],
    ['targets', 'snapshot'],
    ['snapshot', 'targets'],
    ['root', 'timestamp'],
  ] as const) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    // The same people hold the keys of both, as they may in a small shop.
    for (const signer of repository.signersOf(shown).values()) repository.addKey(asked, signer)
    repository.publish('root')
    repository.replaceNewest(asked, repository.newest(shown))
    await assert.rejects(device.refresh(), refusal('METADATA_INVALID', { field: '_type' }))
  }
})
