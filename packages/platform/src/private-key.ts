/**
 * Private keys as files hold them: PKCS#8 in PEM (RFC 5958, RFC 7468), encrypted with a passphrase
 * where people keep them (PBES2 with AES-256-CBC, RFC 8018), plain with mode 0600 where a server or a
 * device has to start without a person.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  type webcrypto,
} from 'node:crypto'
import { ed25519Key, type PublicKey, p256Key, TrustError } from '@fleetward/shared'

export type SigningKeyKind = 'ed25519' | 'ecdsa-p256'

export interface SigningKey {
  readonly publicKey: PublicKey
  /** Ed25519: 64 bytes; ECDSA with SHA-256: DER, as TUF wants it. */
  sign(message: Uint8Array): Uint8Array
  /** For tokens: an Ed25519 key signs `Ed25519`, a P-256 key `ES256`. */
  toCryptoKey(): Promise<webcrypto.CryptoKey>
  /** Not encrypted: for a file of mode 0600 on the machine that uses it. */
  plainPem(): string
  encryptedPem(passphrase: string): string
}

export function generateKey(kind: SigningKeyKind): SigningKey {
  const { privateKey } =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return signingKey(privateKey)
}

/** A wrong passphrase and a broken file look the same from here. */
export class PrivateKeyUnreadableError extends Error {
  override readonly name = 'PrivateKeyUnreadableError'
}

export function loadPrivateKey(pem: string, passphrase?: string): SigningKey {
  const isEncrypted = pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----')
  if (isEncrypted && (passphrase === undefined || passphrase === '')) {
    throw new PrivateKeyUnreadableError('The private key is encrypted and no passphrase was given.')
  }
  let key: KeyObject
  try {
    key = createPrivateKey({ key: pem, format: 'pem', ...(isEncrypted ? { passphrase } : {}) })
  } catch {
    // Without the cause: OpenSSL's errors say nothing a person could use here.
    throw new PrivateKeyUnreadableError(
      isEncrypted
        ? 'The private key could not be decrypted: the passphrase is wrong or the file is damaged.'
        : 'This is no PKCS#8 private key in PEM.',
    )
  }
  return signingKey(key)
}

function signingKey(key: KeyObject): SigningKey {
  const publicKey = publicKeyOf(key)
  const hash = publicKey.kind === 'ed25519' ? null : 'sha256'
  const algorithm =
    publicKey.kind === 'ed25519' ? 'Ed25519' : ({ name: 'ECDSA', namedCurve: 'P-256' } as const)
  return {
    publicKey,
    sign: (message) => sign(hash, message, key),
    toCryptoKey: async () => key.toCryptoKey(algorithm, false, ['sign']),
    plainPem: () => key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    encryptedPem: (passphrase) => {
      if (passphrase === '') throw new PrivateKeyUnreadableError('The passphrase is empty.')
      const encryption = { cipher: 'aes-256-cbc', passphrase }
      return key.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString()
    },
  }
}

/** Takes a public or a private key; other kinds than ours throw KEY_INVALID. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const { x, y, crv } = createPublicJwk(key)
  if (crv === 'Ed25519' && x !== undefined) return ed25519Key(Buffer.from(x, 'base64url'))
  if (crv === 'P-256' && x !== undefined && y !== undefined) {
    const point = [Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
    return p256Key(new Uint8Array(Buffer.concat(point)))
  }
  throw new TrustError('KEY_INVALID', { seen: key.asymmetricKeyType ?? key.type })
}

function createPublicJwk(key: KeyObject) {
  if (key.type === 'secret') throw new TrustError('KEY_INVALID', { seen: 'secret' })
  return (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
}
