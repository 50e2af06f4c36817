/**
 * A key that signs TUF metadata, of every kind that public repositories use. Signs with node:crypto
 * alone, so that a mistake in how we read keys and signatures cannot be made twice.
 */
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { canonicalJson, type Json } from '@fleetward/shared'

export type SignerKind = 'ecdsa' | 'ecdsa-legacy-hex' | 'ed25519' | 'rsa'

export interface TufKeyDocument {
  readonly keytype: string
  readonly scheme: string
  readonly keyval: { readonly public: string }
  readonly [field: string]: unknown
}

export class TufSigner {
  readonly key: TufKeyDocument
  readonly keyId: string
  readonly #private: KeyObject

  constructor(kind: SignerKind = 'ecdsa', extraFields: Readonly<Record<string, unknown>> = {}) {
    const { key, privateKey } = generate(kind)
    this.key = { ...key, ...extraFields }
    this.keyId = keyIdOf(this.key)
    this.#private = privateKey
  }

  /** Hex, as metadata carries it. */
  sign(message: Uint8Array): string {
    const key = this.#private
    switch (key.asymmetricKeyType) {
      case 'ed25519':
        return sign(null, message, key).toString('hex')
      case 'rsa': {
        const padding = constants.RSA_PKCS1_PSS_PADDING
        return sign('sha256', message, { key, padding, saltLength: 32 }).toString('hex')
      }
      default:
        return sign('sha256', message, key).toString('hex')
    }
  }
}

function keyIdOf(key: TufKeyDocument): string {
  return createHash('sha256')
    .update(canonicalJson(key as unknown as Json))
    .digest('hex')
}

function generate(kind: SignerKind): { key: TufKeyDocument; privateKey: KeyObject } {
  switch (kind) {
    case 'ed25519': {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
      return { key: keyDocument('ed25519', 'ed25519', raw.toString('hex')), privateKey }
    }
    case 'ecdsa': {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return { key: keyDocument('ecdsa', 'ecdsa-sha2-nistp256', pemOf(publicKey)), privateKey }
    }
    case 'ecdsa-legacy-hex': {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-65)
      const name = 'ecdsa-sha2-nistp256'
      return { key: keyDocument(name, name, point.toString('hex')), privateKey }
    }
    case 'rsa': {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      return { key: keyDocument('rsa', 'rsassa-pss-sha256', pemOf(publicKey)), privateKey }
    }
  }
}

function keyDocument(keytype: string, scheme: string, publicPart: string): TufKeyDocument {
  return { keytype, scheme, keyval: { public: publicPart } }
}

function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }).toString()
}
