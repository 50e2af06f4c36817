/** A threshold of nobody lets unsigned metadata pass (CVE-2026-23992). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

const NOBODY = [0, -1, -(2 ** 31), '1', null, true, [1]] as unknown as number[]

test('root with such a threshold is refused, even signed by its holders', async () => {
  for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
    for (const threshold of NOBODY) {
      const repository = new RepositorySimulator()
      const device = new TufDevice(repository)
      repository.roleKeys(role).threshold = threshold
      repository.publish('root')
      repository.signersOf('targets').clear()
      repository.publish('targets', 'snapshot', 'timestamp')
      await assert.rejects(device.refresh(), refusal('METADATA_INVALID'))
      assert.deepEqual(device.versions(), { root: 1 })
    }
  }
})

test('a delegation with such a threshold is refused with the role that states it', async () => {
  for (const threshold of NOBODY) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.delegate('targets', 'security')
    repository.roleKeys('security', 'targets').threshold = threshold
    repository.signersOf('security').clear()
    repository.publish('security', 'targets', 'snapshot', 'timestamp')
    await assert.rejects(device.refresh(), refusal('METADATA_INVALID'))
    assert.equal(device.versions().targets, undefined)
  }
})

test('a threshold that nobody can reach shuts the role and no other', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security', { paths: ['security/*'] })
  repository.roleKeys('security', 'targets').threshold = 2
  repository.addArtifact('targets', 'trust/director.jwks', 'keys')
  repository.addArtifact('security', 'security/release', 'bytes')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  assert.ok(await device.find('trust/director.jwks'))
  await assert.rejects(
    device.find('security/release'),
    refusal('THRESHOLD_NOT_MET', { role: 'security', threshold: 2, signers: 1 }),
  )
})

test('no signatures at all are refused in every role', async () => {
  for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    repository.tamper(role, (envelope) => {
      envelope.signatures = []
    })
    await assert.rejects(device.refresh(), refusal('THRESHOLD_NOT_MET', { role, signers: 0 }))
  }
})
