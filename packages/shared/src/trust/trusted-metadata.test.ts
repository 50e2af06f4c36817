import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNodeVerifier } from '@fleetward/platform'
import fc from 'fast-check'
import {
  type Envelope,
  inDays,
  RepositorySimulator,
} from '../../../../test/support/repository-simulator.ts'
import { TufSigner } from '../../../../test/support/tuf-signer.ts'
import type { TrustCode } from '../errors.ts'
import { TrustError } from '../errors.ts'
import { TrustedMetadata } from './trusted-metadata.ts'

const verifier = createNodeVerifier()
const now = new Date()

const ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const
type Role = (typeof ROLES)[number]

/** Root metadata of the factory pack: the first that the repository published. */
function factoryRoot(repository: RepositorySimulator): Uint8Array {
  return rootOf(repository, 1)
}

function rootOf(repository: RepositorySimulator, version: number): Uint8Array {
  const bytes = repository.published.get('root')?.[version - 1]
  assert.ok(bytes)
  return bytes
}

function trust(repository: RepositorySimulator, at = now): TrustedMetadata {
  return new TrustedMetadata(factoryRoot(repository), { verifier, now: at })
}

/** What a client without a store does, up to and including this role. */
function refresh(repository: RepositorySimulator, upTo: Role = 'targets', at = now) {
  const trusted = trust(repository, at)
  for (let next = 2; next <= (repository.published.get('root')?.length ?? 0); next += 1) {
    trusted.updateRoot(rootOf(repository, next))
  }
  if (upTo === 'root') return trusted
  trusted.updateTimestamp(repository.newest('timestamp'))
  if (upTo === 'timestamp') return trusted
  trusted.updateSnapshot(repository.newest('snapshot'))
  if (upTo === 'snapshot') return trusted
  trusted.updateTargets('targets', 'root', repository.newest('targets'))
  return trusted
}

function refuses(action: () => unknown, code: TrustCode, facts?: Record<string, unknown>): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof TrustError, String(error))
    assert.equal(error.code, code)
    if (facts !== undefined) assert.deepEqual({ ...error.facts, ...facts }, error.facts)
    return true
  })
}

const other = (role: Role): Role => (role === 'targets' ? 'snapshot' : 'targets')

test('adopts an honest repository, role by role', () => {
  const repository = new RepositorySimulator()
  repository.addArtifact('targets', 'trust/director.jwks', '{}')
  repository.publish('root', 'targets', 'snapshot', 'timestamp')
  const trusted = refresh(repository)
  assert.equal(trusted.root.version, 2)
  assert.equal(trusted.timestamp?.version, 2)
  assert.equal(trusted.snapshot?.version, 2)
  assert.equal(trusted.targets()?.targets.get('trust/director.jwks')?.length, 2)
})

for (const kind of ['ed25519', 'rsa', 'ecdsa-legacy-hex'] as const) {
  test(`adopts a root signed by a key of kind ${kind}`, () => {
    const repository = new RepositorySimulator()
    repository.addKey('root', new TufSigner(kind))
    repository.root.roles.root = { ...repository.roleKeys('root'), threshold: 2 }
    repository.publish('root')
    assert.equal(refresh(repository, 'root').root.version, 2)
  })
}

for (const role of ROLES) {
  test(`refuses a ${role} that nobody signed, and keeps what it had`, () => {
    const repository = new RepositorySimulator()
    repository.signersOf(role).clear()
    if (role === 'root') repository.publish('root')
    else repository.publish('targets', 'snapshot', 'timestamp')
    refuses(() => refresh(repository), 'THRESHOLD_NOT_MET', { role, threshold: 1, signers: 0 })
  })

  test(`refuses a ${role} signed with another role's key`, () => {
    const repository = new RepositorySimulator()
    const stranger = [...repository.signersOf(other(role)).values()]
    repository.signersOf(role).clear()
    for (const signer of stranger) repository.signersOf(role).set(signer.keyId, signer)
    repository.publish(...(role === 'root' ? ['root'] : ['targets', 'snapshot', 'timestamp']))
    refuses(() => refresh(repository), 'THRESHOLD_NOT_MET', { role })
  })

  test(`refuses a ${role} in which one signed bit was changed`, () => {
    const repository = new RepositorySimulator()
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    repository.tamper(role, (envelope) => {
      envelope.signed['x-note'] = 'changed'
    })
    refuses(() => refresh(repository), 'THRESHOLD_NOT_MET', { role })
  })

  test(`refuses another role's metadata as ${role}, although ${role}'s keys signed it`, () => {
    const repository = new RepositorySimulator()
    const document = repository.documents.get(other(role))
    assert.ok(document)
    const before = ROLES[ROLES.indexOf(role) - 1] ?? 'root'
    const trusted = refresh(repository, before)
    repository.documents.set(role, document)
    refuses(() => offer(trusted, role, repository.sign(role)), 'METADATA_INVALID', {
      field: '_type',
      expected: role,
    })
  })
}

function offer(trusted: TrustedMetadata, role: Role, bytes: Uint8Array): void {
  if (role === 'root') trusted.updateRoot(bytes)
  else if (role === 'timestamp') trusted.updateTimestamp(bytes)
  else if (role === 'snapshot') trusted.updateSnapshot(bytes)
  else trusted.updateTargets('targets', 'root', bytes)
}

test('refuses a factory root that did not sign itself', () => {
  const repository = new RepositorySimulator()
  repository.tamper('root', ({ signatures }) => signatures.pop())
  refuses(() => trust(repository), 'THRESHOLD_NOT_MET', { role: 'root' })
})

test('a factory root may be expired: the next one is reached from it', () => {
  const repository = new RepositorySimulator()
  repository.root.expires = inDays(-1)
  repository.publish('root')
  repository.root.expires = inDays(1)
  repository.publish('root')
  const trusted = new TrustedMetadata(rootOf(repository, 2), { verifier, now })
  trusted.updateRoot(rootOf(repository, 3))
  trusted.finishRoot()
})

test('refuses the next root unless the old holders signed it, TUF 5.3.4 (1)', () => {
  const repository = new RepositorySimulator()
  repository.rotateKeys('root')
  repository.publish('root')
  refuses(() => refresh(repository, 'root'), 'THRESHOLD_NOT_MET', { role: 'root' })
})

test('refuses the next root unless its new holders signed it, TUF 5.3.4 (2)', () => {
  const repository = new RepositorySimulator()
  const [old] = repository.signersOf('root').values()
  assert.ok(old)
  repository.rotateKeys('root')
  repository.signersOf('root').clear()
  repository.signersOf('root').set(old.keyId, old)
  repository.publish('root')
  refuses(() => refresh(repository, 'root'), 'THRESHOLD_NOT_MET', { role: 'root' })
})

test('refuses to skip a root, TUF 5.3.5', () => {
  const repository = new RepositorySimulator()
  repository.publish('root', 'root')
  const trusted = trust(repository)
  refuses(() => trusted.updateRoot(rootOf(repository, 3)), 'VERSION_MISMATCH', {
    expected: 2,
    seen: 3,
  })
  assert.equal(trusted.root.version, 1)
})

test('refuses the same root again and an older one, TUF 5.3.5', () => {
  const repository = new RepositorySimulator()
  repository.publish('root')
  const trusted = refresh(repository, 'root')
  refuses(() => trusted.updateRoot(rootOf(repository, 2)), 'VERSION_MISMATCH', { seen: 2 })
  refuses(() => trusted.updateRoot(rootOf(repository, 1)), 'VERSION_DECREASED', {
    trusted: 2,
    offered: 1,
  })
})

test('roots along the chain may be expired, the last one must not, TUF 5.3.10', () => {
  const repository = new RepositorySimulator()
  repository.root.expires = inDays(-1)
  repository.publish('root')
  refuses(() => refresh(repository, 'root').finishRoot(), 'METADATA_EXPIRED', { role: 'root' })
  refuses(() => refresh(repository, 'timestamp'), 'METADATA_EXPIRED', { role: 'root' })
  repository.root.expires = inDays(1)
  repository.publish('root')
  refresh(repository, 'timestamp')
})

for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
  test(`refuses an expired ${role}, and adopts nothing of it`, () => {
    const repository = new RepositorySimulator()
    const document = repository.documents.get(role)
    assert.ok(document)
    document.expires = inDays(-1)
    repository.publish('targets', 'snapshot', 'timestamp')
    refuses(() => refresh(repository), 'METADATA_EXPIRED', { role })
  })

  test(`${role} expires at its very second`, () => {
    const repository = new RepositorySimulator()
    const expires = repository.documents.get(role)?.expires
    assert.ok(expires)
    for (const each of ['root', 'timestamp', 'snapshot', 'targets']) {
      const document = repository.documents.get(each)
      if (document !== undefined && each !== role) document.expires = inDays(60)
    }
    repository.publish('root', 'targets', 'snapshot', 'timestamp')
    refresh(repository, 'targets', new Date(Date.parse(expires) - 1))
    refuses(() => refresh(repository, 'targets', new Date(expires)), 'METADATA_EXPIRED', { role })
  })
}

test('the start of the update stays fixed, TUF 5.1', () => {
  const clock = new Date(now)
  const trusted = trust(new RepositorySimulator(), clock)
  clock.setFullYear(clock.getFullYear() + 50)
  trusted.finishRoot()
})

test('refuses an older timestamp, TUF 5.4.3.1', () => {
  const repository = new RepositorySimulator()
  const old = repository.newest('timestamp')
  repository.publish('timestamp')
  const trusted = refresh(repository, 'timestamp')
  refuses(() => trusted.updateTimestamp(old), 'VERSION_DECREASED', {
    role: 'timestamp',
    trusted: 2,
    offered: 1,
  })
  assert.equal(trusted.timestamp?.version, 2)
})

test('keeps the timestamp it has when the version is the same, TUF 5.4.3.1', () => {
  const repository = new RepositorySimulator()
  const trusted = refresh(repository, 'timestamp')
  repository.timestamp.meta['snapshot.json'].version = 100
  assert.equal(trusted.updateTimestamp(repository.sign('timestamp')), 'unchanged')
  assert.equal(trusted.timestamp?.snapshot.version, 1)
})

test('refuses a newer timestamp that names an older snapshot, TUF 5.4.3.2', () => {
  const repository = new RepositorySimulator()
  repository.publish('snapshot', 'timestamp')
  const trusted = refresh(repository, 'timestamp')
  repository.timestamp.meta['snapshot.json'].version = 1
  repository.publish('timestamp')
  refuses(() => trusted.updateTimestamp(repository.newest('timestamp')), 'VERSION_DECREASED', {
    role: 'snapshot',
    trusted: 2,
    offered: 1,
  })
})

test('a stored timestamp may be expired: it still refuses older ones, and goes no further', () => {
  const repository = new RepositorySimulator()
  const older = repository.newest('timestamp')
  repository.timestamp.expires = inDays(-1)
  repository.publish('timestamp')
  const trusted = trust(repository)
  trusted.updateTimestamp(repository.newest('timestamp'), { trusted: true })
  refuses(() => trusted.updateTimestamp(older), 'VERSION_DECREASED')
  const snapshot = repository.newest('snapshot')
  refuses(() => trusted.updateSnapshot(snapshot), 'METADATA_EXPIRED', { role: 'timestamp' })
})

test('a stored timestamp still has to be signed', () => {
  const repository = new RepositorySimulator()
  repository.tamper('timestamp', ({ signatures }) => signatures.pop())
  const stored = repository.newest('timestamp')
  refuses(() => trust(repository).updateTimestamp(stored, { trusted: true }), 'THRESHOLD_NOT_MET')
})

test('an expired timestamp from the network leaves the stored one in place', () => {
  const repository = new RepositorySimulator()
  const trusted = trust(repository)
  trusted.updateTimestamp(repository.newest('timestamp'), { trusted: true })
  repository.timestamp.expires = inDays(-1)
  repository.publish('timestamp')
  refuses(() => trusted.updateTimestamp(repository.newest('timestamp')), 'METADATA_EXPIRED')
  assert.equal(trusted.timestamp?.version, 1)
})

test('refuses a snapshot other than the one the timestamp hashed, TUF 5.5.2', () => {
  const repository = new RepositorySimulator()
  repository.listsHashes = true
  repository.publish('targets', 'snapshot', 'timestamp')
  refresh(repository)
  const text = new TextDecoder().decode(repository.newest('snapshot'))
  // As long as before, and signed: only its hash tells.
  const respaced = new TextEncoder().encode(text.replace('\n ', ' \n'))
  assert.equal(respaced.length, text.length)
  refuses(() => refresh(repository, 'timestamp').updateSnapshot(respaced), 'DIGEST_MISMATCH')
  const longer = new TextEncoder().encode(`${text} `)
  refuses(() => refresh(repository, 'timestamp').updateSnapshot(longer), 'LENGTH_MISMATCH')
})

test('refuses a snapshot of another version than announced, TUF 5.5.4', () => {
  const repository = new RepositorySimulator()
  repository.publish('snapshot')
  repository.timestamp.meta['snapshot.json'].version = 1
  repository.publish('timestamp')
  refuses(() => refresh(repository), 'VERSION_MISMATCH', { role: 'snapshot', expected: 1, seen: 2 })
})

for (const [what, edit, code] of [
  [
    'an older targets version',
    (repository: RepositorySimulator) => {
      repository.snapshot.meta['targets.json'] = { version: 1 }
    },
    'VERSION_DECREASED',
  ],
  [
    'a delegated role that vanished',
    (repository: RepositorySimulator) => {
      delete repository.snapshot.meta['security.json']
    },
    'ROLE_MISSING',
  ],
] as const) {
  test(`refuses a newer snapshot with ${what}, TUF 5.5.5`, () => {
    const repository = new RepositorySimulator()
    repository.delegate('targets', 'security')
    repository.publish('security', 'targets', 'snapshot', 'timestamp')
    const stored = repository.newest('snapshot')
    edit(repository)
    repository.publish('snapshot', 'timestamp')
    const trusted = refresh(repository, 'timestamp')
    assert.equal(trusted.updateSnapshot(stored, { trusted: true }), 'outdated')
    refuses(() => trusted.updateSnapshot(repository.newest('snapshot')), code)
    assert.equal(trusted.snapshot?.version, 2)
  })
}

test('the stored snapshot is final while the timestamp names it, outdated afterwards', () => {
  const repository = new RepositorySimulator()
  const stored = repository.newest('snapshot')
  const again = refresh(repository, 'timestamp')
  assert.equal(again.updateSnapshot(stored, { trusted: true }), 'final')
  repository.publish('snapshot', 'timestamp')
  const trusted = refresh(repository, 'timestamp')
  assert.equal(trusted.updateSnapshot(stored, { trusted: true }), 'outdated')
  assert.throws(() => trusted.updateTargets('targets', 'root', repository.newest('targets')))
  assert.equal(trusted.updateSnapshot(repository.newest('snapshot')), 'final')
})

test('an expired stored snapshot is outdated', () => {
  const repository = new RepositorySimulator()
  repository.snapshot.expires = inDays(-1)
  repository.publish('snapshot', 'timestamp')
  const trusted = refresh(repository, 'timestamp')
  assert.equal(trusted.updateSnapshot(repository.newest('snapshot'), { trusted: true }), 'outdated')
})

test('a stored snapshot with another hash than announced is outdated, not refused', () => {
  const repository = new RepositorySimulator()
  const stored = repository.newest('snapshot')
  repository.timestamp.meta['snapshot.json'] = { version: 1, hashes: { sha256: '00'.repeat(32) } }
  repository.publish('timestamp')
  const trusted = refresh(repository, 'timestamp')
  assert.equal(trusted.updateSnapshot(stored, { trusted: true }), 'outdated')
})

test('refuses targets other than the snapshot hashed, TUF 5.6.2', () => {
  const repository = new RepositorySimulator()
  repository.listsHashes = true
  repository.publish('targets', 'snapshot', 'timestamp')
  repository.replaceNewest(
    'targets',
    Buffer.concat([repository.newest('targets'), Buffer.from(' ')]),
  )
  refuses(() => refresh(repository), 'LENGTH_MISMATCH', { name: 'targets.json' })
})

test('refuses targets of another version than the snapshot lists, TUF 5.6.4', () => {
  const repository = new RepositorySimulator()
  const old = repository.newest('targets')
  repository.publish('targets', 'snapshot', 'timestamp')
  const trusted = refresh(repository, 'snapshot')
  refuses(() => trusted.updateTargets('targets', 'root', old), 'VERSION_MISMATCH', {
    expected: 2,
    seen: 1,
  })
  assert.equal(trusted.targets(), undefined)
})

test('refuses a delegated role that the snapshot does not list', () => {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'security')
  repository.publish('security', 'targets')
  delete repository.snapshot.meta['security.json']
  repository.publish('snapshot', 'timestamp')
  const trusted = refresh(repository)
  const bytes = repository.newest('security')
  refuses(() => trusted.updateTargets('security', 'targets', bytes), 'ROLE_MISSING')
})

test('refuses a delegated role that the delegator does not know', () => {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'a')
  repository.delegate('a', 'b')
  repository.publish('b', 'a', 'targets', 'snapshot', 'timestamp')
  const trusted = refresh(repository)
  const bytes = repository.newest('b')
  refuses(() => trusted.updateTargets('b', 'targets', bytes), 'ROLE_MISSING')
})

/** targets → a → c and targets → b → c, where c is signed for a alone. */
function diamond(): RepositorySimulator {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'a')
  repository.delegate('targets', 'b')
  repository.delegate('a', 'c')
  const ofA = new Map(repository.signersOf('c'))
  repository.delegate('b', 'c')
  repository.signersOf('c').clear()
  for (const [keyId, signer] of ofA) repository.signersOf('c').set(keyId, signer)
  repository.publish('c', 'b', 'a', 'targets', 'snapshot', 'timestamp')
  return repository
}

test('a role verified for one delegator is not thereby verified for another', () => {
  const repository = diamond()
  const trusted = refresh(repository)
  for (const role of ['a', 'b']) trusted.updateTargets(role, 'targets', repository.newest(role))
  trusted.updateTargets('c', 'a', repository.newest('c'))
  assert.ok(trusted.targets('c', 'a'))
  assert.equal(trusted.targets('c', 'b'), undefined)
  refuses(() => trusted.updateTargets('c', 'b', repository.newest('c')), 'THRESHOLD_NOT_MET')
  assert.equal(trusted.targets('c', 'b'), undefined)
  assert.ok(trusted.targets('c', 'a'))
})

test('a role with two documents of one version keeps nothing of the first', () => {
  const repository = diamond()
  repository.delegate('c', 'd')
  repository.publish('d', 'c', 'snapshot', 'timestamp')
  const forA = repository.newest('c')
  // The same version again, now for b, with another idea of d.
  const signerOfB = new TufSigner()
  repository.authorise('c', signerOfB, 'b')
  repository.publish('b', 'snapshot', 'timestamp')
  repository.signersOf('c').clear()
  repository.signersOf('c').set(signerOfB.keyId, signerOfB)
  const forB = repository.sign('c')

  const trusted = refresh(repository)
  for (const role of ['a', 'b']) trusted.updateTargets(role, 'targets', repository.newest(role))
  trusted.updateTargets('c', 'a', forA)
  trusted.updateTargets('d', 'c', repository.newest('d'))
  assert.ok(trusted.targets('d', 'c'))
  trusted.updateTargets('c', 'b', forB)
  assert.equal(trusted.targets('c', 'a'), undefined)
  assert.equal(trusted.targets('d', 'c'), undefined)
})

test('root, timestamp and snapshot are closed once what follows them is there', () => {
  const repository = new RepositorySimulator()
  repository.publish('root')
  const trusted = new TrustedMetadata(factoryRoot(repository), { verifier, now })
  assert.throws(() => trusted.updateSnapshot(repository.newest('snapshot')))
  trusted.updateTimestamp(repository.newest('timestamp'))
  assert.throws(() => trusted.updateRoot(rootOf(repository, 2)), { message: /root after/ })
  assert.throws(() => trusted.updateTargets('targets', 'root', repository.newest('targets')))
  trusted.updateSnapshot(repository.newest('snapshot'))
  assert.throws(() => trusted.updateTimestamp(repository.newest('timestamp')))
  trusted.updateTargets('targets', 'root', repository.newest('targets'))
  assert.throws(() => trusted.updateSnapshot(repository.newest('snapshot')))
})

for (const role of ['timestamp', 'snapshot'] as const) {
  test(`taking away a ${role} key asks for fast-forward recovery, TUF 5.3.11`, () => {
    const repository = new RepositorySimulator()
    repository.publish('root')
    repository.rotateKeys(role)
    repository.publish('root', 'root')
    assert.equal(refresh(repository, 'root').onlineKeyRevoked, true)
  })

  test(`adding a ${role} key does not`, () => {
    const repository = new RepositorySimulator()
    repository.addKey(role)
    repository.publish('root')
    assert.equal(refresh(repository, 'root').onlineKeyRevoked, false)
  })
}

test('a targets key taken away is no reason to forget timestamp and snapshot', () => {
  const repository = new RepositorySimulator()
  repository.rotateKeys('targets')
  repository.publish('root')
  assert.equal(refresh(repository, 'root').onlineKeyRevoked, false)
})

test('files larger than ours are read when the caller says so', () => {
  const repository = new RepositorySimulator()
  repository.timestamp['x-filler'] = 'x'.repeat(8 * 1024)
  repository.publish('timestamp')
  refuses(() => refresh(repository, 'timestamp'), 'LENGTH_EXCEEDED')
  const options = { verifier, now, maxBytes: { timestamp: 16 * 1024 } }
  new TrustedMetadata(factoryRoot(repository), options).updateTimestamp(
    repository.newest('timestamp'),
  )
})

test('changed metadata never verifies as something else', () => {
  const repository = new RepositorySimulator()
  repository.addArtifact('targets', 'a', 'content', { custom: { counter: 3 } })
  repository.publish('targets', 'snapshot', 'timestamp')
  const honest = repository.newest('targets')
  const signedOf = (bytes: Uint8Array) =>
    JSON.stringify((JSON.parse(new TextDecoder().decode(bytes)) as Envelope).signed)
  const edit = fc.tuple(fc.nat(honest.length - 1), fc.nat(255))
  const trusted = refresh(repository, 'snapshot')
  let refused = 0
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const bytes = Uint8Array.from(honest)
      for (const [at, byte] of edits) bytes[at] = byte
      try {
        trusted.updateTargets('targets', 'root', bytes)
      } catch (error) {
        assert.ok(error instanceof TrustError, String(error))
        refused += 1
        return
      }
      // White space, or the very same byte again: nothing that was signed has changed.
      assert.equal(signedOf(bytes), signedOf(honest))
    }),
    { numRuns: 1500 },
  )
  assert.ok(refused > 1000, `${refused} of 1500 refused`)
})
