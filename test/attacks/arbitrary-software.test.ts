/**
 * Arbitrary software: whoever sits on the path, or owns a mirror, shows metadata and files of
 * their own making. The first attack that the specifications of TUF and Uptane name
 * (CRA P-129).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeDigests } from '@fleetward/platform'
import { downloadTargetFile } from '../../packages/agent/src/tuf/target-file.ts'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, sourceOf, TufDevice } from '../support/tuf-device.ts'
import { TufSigner } from '../support/tuf-signer.ts'

const ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const

for (const role of ROLES) {
  test(`refuses a ${role} that only a stranger has signed`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    await device.refresh()
    const before = device.versions()
    const stranger = new TufSigner()
    repository.signers.set(role, new Map([[stranger.keyId, stranger]]))
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    await assert.rejects(device.refresh(), refusal('THRESHOLD_NOT_MET', { role }))
    assert.equal(device.versions()[role], before[role])
  })

  test(`refuses a ${role} that was changed after signing`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    repository.tamper(role, ({ signed }) => {
      signed.expires = '2099-01-01T00:00:00Z'
    })
    await assert.rejects(device.refresh(), refusal('THRESHOLD_NOT_MET', { role }))
    assert.notEqual(device.versions()[role], 2)
  })
}

test('refuses a whole repository of other people, root chain included', async () => {
  const device = new TufDevice(new RepositorySimulator())
  const others = new RepositorySimulator()
  others.publish('root', 'targets', 'snapshot', 'timestamp')
  await assert.rejects(
    device.refresh({ source: sourceOf(others) }),
    refusal('THRESHOLD_NOT_MET', { role: 'root' }),
  )
  assert.equal(device.versions().root, 1)
})

test('refuses a delegated role signed by its delegator instead of its own keys', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security', { paths: ['security/*/*'] })
  repository.addArtifact('security', 'security/1.4.3/gateway.tar.gz', 'bytes')
  repository.signers.set('security', repository.signersOf('targets'))
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  await assert.rejects(
    device.find('security/1.4.3/gateway.tar.gz'),
    refusal('THRESHOLD_NOT_MET', { role: 'security' }),
  )
})

test('refuses bytes of the right length with another hash, and bytes of another length', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.addArtifact('targets', 'trust/director.jwks', 'honest')
  repository.publish('targets', 'snapshot', 'timestamp')
  const file = await device.find('trust/director.jwks')
  assert.ok(file)
  const options = { digests: nodeDigests, maxBytes: 100, consistentSnapshot: true }
  const deliver = (text: string) =>
    downloadTargetFile({ fetch: async () => new TextEncoder().encode(text) }, file, options)
  await assert.rejects(deliver('HONEST'), refusal('DIGEST_MISMATCH'))
  await assert.rejects(deliver('hones'), refusal('LENGTH_MISMATCH'))
  await assert.rejects(deliver('honest '), refusal('LENGTH_MISMATCH'))
  assert.equal(new TextDecoder().decode(await deliver('honest')), 'honest')
})

for (const [what, hashes, code] of [
  ['no hash at all', {}, 'METADATA_INVALID'],
  ['an empty hash', { sha256: '' }, 'DIGEST_MISMATCH'],
  ['a hash that is no hex', { sha256: 'z'.repeat(64) }, 'DIGEST_MISMATCH'],
  ['an unknown hash alone', { crc32: '00000000' }, 'DIGEST_MISMATCH'],
  ['a truncated hash', { sha256: 'a'.repeat(32) }, 'DIGEST_MISMATCH'],
] as const) {
  test(`never takes ${what} for "no check"`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.targets.targets['trust/director.jwks'] = { length: 6, hashes: { ...hashes } }
    repository.publish('targets', 'snapshot', 'timestamp')
    await assert.rejects(async () => {
      const file = await device.find('trust/director.jwks')
      assert.ok(file)
      const source = { fetch: async () => new TextEncoder().encode('bytes!') }
      // Without consistent names, so that not even the name needs the hash.
      const options = { digests: nodeDigests, maxBytes: 100, consistentSnapshot: false }
      await downloadTargetFile(source, file, options)
    }, refusal(code))
  })
}
