/** One key, several names: a threshold of holders must not be met by one of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Envelope, RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'
import { TufSigner } from '../support/tuf-signer.ts'

/** Lists the key of `signer` under a second id, as `alias` writes it. */
function alias(
  repository: RepositorySimulator,
  role: 'targets',
  signer: TufSigner,
  key: Readonly<Record<string, unknown>>,
): string {
  const id = 'a1'.repeat(32)
  repository.root.keys[id] = { ...signer.key, ...key }
  repository.roleKeys(role).keyids.push(id)
  repository.roleKeys(role).threshold = 2
  return id
}

/** The one signature there is, a second time under another id. */
function signAgain(repository: RepositorySimulator, id: string): void {
  repository.tamper('targets', ({ signatures }: Envelope) => {
    signatures.push({ keyid: id, sig: signatures[0]?.sig ?? '' })
  })
}

test('one key under two ids counts once', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  const [signer] = repository.signersOf('targets').values()
  assert.ok(signer)
  const id = alias(repository, 'targets', signer, {})
  repository.publish('root', 'targets', 'snapshot', 'timestamp')
  signAgain(repository, id)
  await assert.rejects(
    device.refresh(),
    refusal('THRESHOLD_NOT_MET', { role: 'targets', threshold: 2, signers: 1 }),
  )
})

test('one key with other fields beside it, or written in another way, counts once', async () => {
  const point = (pem: string) =>
    Buffer.from(pem.replace(/-----[^-]+-----|\n/g, ''), 'base64')
      .subarray(-65)
      .toString('hex')
  const [first] = new RepositorySimulator().signersOf('targets').values()
  assert.ok(first)
  const spellings = (pem: string) => [
    { 'x-owner': 'somebody else' },
    { keyval: { public: point(pem) } },
    { keytype: 'ecdsa-sha2-nistp256' },
    { keyval: { public: pem.trimEnd() } },
  ]
  for (let i = 0; i < 4; i += 1) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    const [signer] = repository.signersOf('targets').values()
    assert.ok(signer)
    const id = alias(repository, 'targets', signer, spellings(signer.key.keyval.public)[i] ?? {})
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    signAgain(repository, id)
    await assert.rejects(device.refresh(), refusal('THRESHOLD_NOT_MET', { signers: 1 }))
  }
})

test('two keys of two holders do count twice', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.addKey('targets', new TufSigner('ed25519'))
  repository.roleKeys('targets').threshold = 2
  repository.publish('root', 'targets', 'snapshot', 'timestamp')
  await device.refresh()
  assert.equal(device.versions().targets, 2)
})

test('a key id twice in a role, or twice among the signatures, is refused', async () => {
  const listedTwice = new RepositorySimulator()
  const device = new TufDevice(listedTwice)
  const { keyids } = listedTwice.roleKeys('targets')
  keyids.push(...keyids)
  listedTwice.publish('root')
  await assert.rejects(device.refresh(), refusal('METADATA_INVALID'))

  const signedTwice = new RepositorySimulator()
  signedTwice.tamper('targets', ({ signatures }) => signatures.push(...signatures))
  await assert.rejects(new TufDevice(signedTwice).refresh(), refusal('METADATA_INVALID'))
})

test('a delegated role is counted by the same rule', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.delegate('targets', 'security')
  repository.addArtifact('security', 'release', 'bytes')
  const [signer] = repository.signersOf('security').values()
  const { delegations } = repository.targets
  assert.ok(signer && delegations)
  const id = 'b2'.repeat(32)
  delegations.keys[id] = signer.key
  const roleKeys = repository.roleKeys('security', 'targets')
  roleKeys.keyids.push(id)
  roleKeys.threshold = 2
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  repository.tamper('security', ({ signatures }) => {
    signatures.push({ keyid: id, sig: signatures[0]?.sig ?? '' })
  })
  await assert.rejects(
    device.find('release'),
    refusal('THRESHOLD_NOT_MET', { role: 'security', threshold: 2, signers: 1 }),
  )
})
