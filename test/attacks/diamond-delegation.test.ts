/**
 * Diamond delegations: two roles delegate to a third. What the one has verified must not pass for
 * the other (python-tuf #2977, go-tuf #759, sigstore-rust TOB-SIGSTORE-14).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

/** A and B delegate to C, each with a key of its own; `signedFor` says with whose C signs. */
function diamond(...signedFor: ('A' | 'B')[]): RepositorySimulator {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'A', { paths: ['a/*'] })
  repository.delegate('targets', 'B', { paths: ['b/*'] })
  repository.delegate('A', 'C', { paths: ['a/*'] })
  repository.delegate('B', 'C', { paths: ['b/*'] })
  const [ofA, ofB] = repository.signersOf('C').values()
  assert.ok(ofA && ofB)
  const signers = signedFor.map((delegator) => (delegator === 'A' ? ofA : ofB))
  repository.signers.set('C', new Map(signers.map((signer) => [signer.keyId, signer])))
  repository.addArtifact('C', 'a/file', 'of A')
  repository.addArtifact('C', 'b/file', 'of B')
  repository.publish('C', 'A', 'B', 'targets', 'snapshot', 'timestamp')
  return repository
}

for (const order of [
  ['a/file', 'b/file'],
  ['b/file', 'a/file'],
] as const) {
  test(`what A has verified is not believed for B when asked for ${order.join(', then ')}`, async () => {
    const device = new TufDevice(diamond('A'))
    const client = device.client()
    await client.refresh()
    for (const path of order) {
      if (path === 'a/file') assert.ok(await client.findTarget(path))
      else
        await assert.rejects(client.findTarget(path), refusal('THRESHOLD_NOT_MET', { role: 'C' }))
    }
  })
}

test('what was stored for A is not believed for B by the next process', async () => {
  const device = new TufDevice(diamond('A'))
  assert.ok(await device.find('a/file'))
  assert.ok(device.store.files.has('C'))
  await assert.rejects(device.find('b/file'), refusal('THRESHOLD_NOT_MET', { role: 'C' }))
})

test('a role that both have verified speaks for both, and is fetched once', async () => {
  const repository = diamond('A', 'B')
  const device = new TufDevice(repository)
  const client = device.client()
  await client.refresh()
  assert.ok(await client.findTarget('a/file'))
  assert.ok(await client.findTarget('b/file'))
  assert.equal(repository.metadataRequests.filter((name) => name === '1.C.json').length, 1)
})
