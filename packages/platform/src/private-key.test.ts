import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import { keyIdOf, tufKeyOf } from '@fleetward/shared'
import {
  generateKey,
  loadPrivateKey,
  PrivateKeyUnreadableError,
  publicKeyOf,
  type SigningKeyKind,
} from './private-key.ts'

const PASSPHRASE = 'a passphrase of some length'
const KINDS: readonly SigningKeyKind[] = ['ed25519', 'ecdsa-p256']
const message = Buffer.from('what is signed')

for (const kind of KINDS) {
  test(`a key of kind ${kind} comes back from its encrypted file and signs`, () => {
    const key = generateKey(kind)
    const pem = key.encryptedPem(PASSPHRASE)
    assert.match(pem, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    const loaded = loadPrivateKey(pem, PASSPHRASE)
    assert.equal(loaded.publicKey.kind, kind)
    assert.equal(loaded.publicKey.identity, key.publicKey.identity)

    const publicKey = createPublicKey(key.plainPem())
    const hash = kind === 'ed25519' ? null : 'sha256'
    assert.ok(verify(hash, message, publicKey, loaded.sign(message)))
    assert.ok(!verify(hash, Buffer.from('what is not'), publicKey, loaded.sign(message)))
  })

  test(`a wrong passphrase, or none, opens no key of kind ${kind} and is repeated nowhere`, () => {
    const pem = generateKey(kind).encryptedPem(PASSPHRASE)
    for (const passphrase of [undefined, '', 'wrong-passphrase']) {
      assert.throws(
        () => loadPrivateKey(pem, passphrase),
        (error) =>
          error instanceof PrivateKeyUnreadableError &&
          error.cause === undefined &&
          !error.message.includes('wrong-passphrase'),
      )
    }
  })

  test(`a key of kind ${kind} can stand unencrypted on the machine that uses it`, () => {
    const key = generateKey(kind)
    assert.equal(loadPrivateKey(key.plainPem()).publicKey.identity, key.publicKey.identity)
  })
}

test('a file is encrypted with AES-256-CBC under PBES2', () => {
  const pem = generateKey('ed25519').encryptedPem(PASSPHRASE)
  const der = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64').toString('hex')
  assert.ok(der.includes('06092a864886f70d01050d'), 'id-PBES2')
  assert.ok(der.includes('060960864801650304012a'), 'aes256-CBC')
})

test('an empty passphrase encrypts nothing', () => {
  assert.throws(() => generateKey('ed25519').encryptedPem(''), PrivateKeyUnreadableError)
})

test('what is no private key of ours is refused', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
  for (const other of [rsa, p384]) {
    const pem = other.export({ type: 'pkcs8', format: 'pem' }).toString()
    assert.throws(() => loadPrivateKey(pem), { code: 'KEY_INVALID' })
  }
  assert.throws(() => loadPrivateKey(''), PrivateKeyUnreadableError)
  const publicPem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })
  assert.throws(() => loadPrivateKey(publicPem.toString()), PrivateKeyUnreadableError)
})

test('the public key of a certificate’s key is the one of the private key', () => {
  const key = generateKey('ecdsa-p256')
  const fromCertificate = publicKeyOf(createPublicKey(key.plainPem()))
  assert.equal(fromCertificate.identity, key.publicKey.identity)
  assert.equal(keyIdOf(tufKeyOf(fromCertificate)), keyIdOf(tufKeyOf(key.publicKey)))
})

test('the key for tokens cannot be taken out of the process', async () => {
  const key = await generateKey('ed25519').toCryptoKey()
  assert.equal(key.extractable, false)
  assert.deepEqual(key.usages, ['sign'])
})
