/**
 * Fast-forward attacks: a thief of online keys raises the version numbers to the end, so that after
 * the theft is healed everything honest looks like a rollback. TUF 5.3.11 is the way back.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

const LAST_VERSION = Number.MAX_SAFE_INTEGER

/** The thief publishes the role at the highest version there is, and the device believes it. */
async function fastForward(
  repository: RepositorySimulator,
  device: TufDevice,
  role: 'timestamp' | 'snapshot',
): Promise<void> {
  const document = repository.documents.get(role)
  assert.ok(document)
  document.version = LAST_VERSION - 1
  repository.publish(role)
  const bytes = repository.newest(role)
  if (role === 'snapshot') {
    // So long a list of versions cannot be published: shown under its name, nothing else.
    repository.fetchMetadata = (
      (fetch) => (name: string) =>
        name === `${LAST_VERSION}.snapshot.json` ? bytes : fetch.call(repository, name)
    )(repository.fetchMetadata)
    repository.publish('timestamp')
  }
  await device.refresh()
  assert.equal(device.versions()[role], LAST_VERSION)
}

for (const role of ['timestamp', 'snapshot'] as const) {
  test(`without new keys a fast-forwarded ${role} blocks all that follows`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    await fastForward(repository, device, role)
    repository.forget(role)
    repository.publish(role)
    if (role === 'snapshot') repository.publish('timestamp')
    await assert.rejects(device.refresh(), refusal('VERSION_DECREASED', { role }))
  })

  test(`a new ${role} key lets a fast-forwarded device recover`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    await fastForward(repository, device, role)
    repository.rotateKeys(role)
    repository.forget('timestamp')
    repository.forget('snapshot')
    repository.publish('root', 'snapshot', 'timestamp')
    await device.refresh()
    assert.deepEqual(device.versions(), { root: 2, timestamp: 1, snapshot: 1, targets: 1 })
  })
}

test('taking one of two keys away is a recovery even where the other would still verify', async () => {
  const repository = new RepositorySimulator()
  const stolen = [...repository.signersOf('timestamp').keys()]
  const kept = repository.addKey('timestamp')
  repository.publish('root')
  const device = new TufDevice(repository)
  await fastForward(repository, device, 'timestamp')

  repository.roleKeys('timestamp').keyids = [kept.keyId]
  for (const id of stolen) repository.signersOf('timestamp').delete(id)
  repository.forget('timestamp')
  repository.publish('root', 'timestamp')
  await device.refresh()
  assert.equal(device.versions().timestamp, 1)
})

test('a key that is only added opens no way back', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.publish('timestamp')
  await device.refresh()
  repository.addKey('timestamp')
  repository.forget('timestamp')
  repository.publish('root', 'timestamp')
  await assert.rejects(device.refresh(), refusal('VERSION_DECREASED', { role: 'timestamp' }))
})

test('a version that no longer counts exactly is refused', async () => {
  for (const version of ['9007199254740992', '9007199254740993', '1e21', '1.0', '-1', '0', '01']) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    const text = new TextDecoder().decode(repository.newest('timestamp'))
    const edited = text.replace(
      /"version": 1,\n {2}"expires"/,
      `"version": ${version},\n  "expires"`,
    )
    assert.notEqual(edited, text)
    repository.replaceNewest('timestamp', new TextEncoder().encode(edited))
    await assert.rejects(device.refresh(), (error: Error) => {
      // Refused for what it says, before its signature is looked at.
      assert.match(error.message, /^(JSON_INVALID|METADATA_INVALID)/)
      return true
    })
    assert.deepEqual(device.versions(), { root: 1 })
  }
})
