/**
 * Rollback for a device that was never online, or not for years: it has no memory of its own, so
 * what its firmware brings is the floor. RFC 9124 THREAT.IMG.EXPIRED.OFFLINE.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

test('a factory-new device refuses what revoked keys have signed', async () => {
  const repository = new RepositorySimulator()
  repository.publish('targets', 'snapshot', 'timestamp')
  const old = new Map([...repository.published].map(([role, all]) => [role, [...all]]))
  repository.rotateKeys('timestamp')
  repository.publish('root', 'timestamp')
  const device = new TufDevice(repository) // Its firmware carries root 2.

  repository.published.clear()
  for (const [role, versions] of old) repository.published.set(role, versions)
  await assert.rejects(device.refresh(), refusal('THRESHOLD_NOT_MET', { role: 'timestamp' }))
  assert.equal(device.versions().root, 2)
})

test('a newer root in the firmware replaces the stored one, and never the other way round', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  const firstRoot = repository.newest('root')
  await device.refresh()
  repository.publish('root', 'root')
  const shippedRoot = repository.newest('root')

  // The server withholds the chain from the device, but cannot withhold the firmware's root.
  repository.published.set('root', [firstRoot])
  await device.refresh({ factoryRoot: shippedRoot })
  assert.equal(device.versions().root, 3)

  // Back on the old firmware, after a rollback of the slot.
  await device.refresh({ factoryRoot: firstRoot })
  assert.equal(device.versions().root, 3)
})

test('a firmware whose root revokes the timestamp key forgets what that key has signed', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  // A second key that stays, so that the old timestamp would still verify after the rotation.
  const remaining = repository.addKey('timestamp')
  repository.publish('root')
  repository.timestamp.version = 2 ** 53 - 2
  repository.publish('timestamp') // The thief's fast-forward.
  await device.refresh()

  repository.roleKeys('timestamp').keyids = [remaining.keyId]
  repository.forget('timestamp')
  repository.publish('root', 'timestamp')
  await device.refresh({ factoryRoot: repository.newest('root') })
  assert.equal(device.versions().timestamp, 1)
})

test('the floor of a device outlives restarts and years without a network', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  for (let i = 0; i < 5; i += 1) repository.publish('targets', 'snapshot', 'timestamp')
  await device.refresh()
  repository.forget('timestamp')
  for (let i = 0; i < 5; i += 1) repository.publish('timestamp')
  await assert.rejects(
    device.refresh(),
    refusal('VERSION_DECREASED', { role: 'timestamp', trusted: 6, offered: 5 }),
  )
})
