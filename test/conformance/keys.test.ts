import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { type SignerKind, TufSigner } from '../support/tuf-signer.ts'
import { CONCURRENCY, FAILED, OK, scenario } from './scenario.ts'

describe('conformance: keys and thresholds', CONCURRENCY, () => {
  scenario(
    'two of three required signatures are not enough (test_snapshot_does_not_meet_threshold)',
    async ({ repository, client }) => {
      repository.roleKeys('snapshot').threshold = 3
      repository.addKey('snapshot')
      const last = repository.addKey('snapshot')
      repository.publish('root', 'targets', 'snapshot', 'timestamp')
      await client.init(repository.newest('root'))
      assert.equal(await client.refresh(), OK)

      repository.signersOf('snapshot').delete(last.keyId)
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('snapshot'), 2)
    },
  )

  scenario(
    'a threshold above the number of keys can never be met (test_snapshot_has_too_few_keys)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      for (let i = 0; i < 4; i += 1) repository.addKey('snapshot')
      repository.roleKeys('snapshot').threshold = 6
      repository.publish('root', 'snapshot', 'timestamp')
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('root'), 2)
      assert.equal(client.version('snapshot'), undefined)
    },
  )

  scenario(
    'one key listed and signing nine times counts once (test_duplicate_keys)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      const signer = repository.addKey('snapshot')
      const { keyids } = repository.roleKeys('snapshot')
      for (let i = 0; i < 8; i += 1) keyids.push(signer.keyId)
      repository.roleKeys('snapshot').threshold = 6
      repository.publish('root', 'snapshot', 'timestamp')
      repository.tamper('snapshot', ({ signatures }) => {
        const own = signatures.find(({ keyid }) => keyid === signer.keyId)
        assert.ok(own)
        for (let i = 0; i < 8; i += 1) signatures.push(own)
      })
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('snapshot'), undefined)
    },
  )

  scenario(
    'metadata with two signatures of one key id is refused (test_duplicate_sig_keyids)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.tamper('snapshot', ({ signatures }) => signatures.push(...signatures))
      assert.equal(await client.refresh(), FAILED)
      assert.equal(client.version('snapshot'), undefined)
    },
  )

  const kinds: [SignerKind, string][] = [
    ['rsa', 'rsa/rsassa-pss-sha256'],
    ['ecdsa', 'ecdsa/ecdsa-sha2-nistp256'],
    ['ed25519', 'ed25519/ed25519'],
  ]
  for (const [kind, name] of kinds) {
    scenario(
      `signatures of this kind count, and wrong ones do not (test_keytype_and_scheme[${name}])`,
      async ({ repository, client }) => {
        await client.init(repository.newest('root'))
        const signer = repository.addKey('root', new TufSigner(kind))
        repository.roleKeys('root').threshold = 2
        repository.publish('root')
        assert.equal(await client.refresh(), OK)
        assert.equal(client.version('root'), 2)

        repository.publish('root')
        repository.tamper('root', ({ signatures }) => {
          const own = signatures.find(({ keyid }) => keyid === signer.keyId)
          assert.ok(own)
          own.sig = signer.sign(new Uint8Array(1))
        })
        assert.equal(await client.refresh(), FAILED)
        assert.equal(client.version('root'), 2)
      },
    )
  }

  scenario(
    'a wrong or empty signature beside enough good ones does no harm (test_invalid_sig_in_valid_metadata)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      const [first] = repository.signersOf('timestamp').values()
      assert.ok(first)
      repository.addKey('timestamp')
      const replaceFirst = (sig: string) =>
        repository.tamper('timestamp', ({ signatures }) => {
          const own = signatures.find(({ keyid }) => keyid === first.keyId)
          assert.ok(own)
          own.sig = sig
        })

      repository.publish('root', 'timestamp')
      replaceFirst(first.sign(new Uint8Array(1)))
      assert.equal(await client.refresh(), OK)

      repository.publish('timestamp')
      replaceFirst('')
      assert.equal(await client.refresh(), OK)
      assert.equal(client.version('timestamp'), 3)
    },
  )
})
