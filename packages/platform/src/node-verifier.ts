/** Signatures and bulk digests by node:crypto (OpenSSL): the verifier that every program of ours uses. */
import {
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  verify as verifySignature,
} from 'node:crypto'
import {
  type Digests,
  type PublicKey,
  type SignatureVerifier,
  spkiOf,
  TrustError,
} from '@fleetward/shared'

/** Making a KeyObject costs about as much as verifying with it. A repository has a dozen keys. */
const CACHED_KEYS_MAX_COUNT = 256

/** A verifier with a cache of its own. */
export function createNodeVerifier(cachedKeysMax = CACHED_KEYS_MAX_COUNT): SignatureVerifier {
  const cache = new Map<string, KeyObject>()

  function keyObjectOf(key: PublicKey): KeyObject {
    const cached = cache.get(key.identity)
    if (cached !== undefined) return cached
    const made = createKeyObject(key)
    // The oldest goes: keys are many only when somebody sends many.
    for (const oldest of cache.keys()) {
      if (cache.size < cachedKeysMax) break
      cache.delete(oldest)
    }
    cache.set(key.identity, made)
    return made
  }

  return {
    verify(key, message, signature) {
      const keyObject = keyObjectOf(key)
      switch (key.kind) {
        case 'ed25519':
          return signature.length === 64 && verifySignature(null, message, keyObject, signature)
        case 'ecdsa-p256':
          return verifySignature(
            'sha256',
            message,
            { key: keyObject, dsaEncoding: 'der' },
            signature,
          )
        case 'rsa-pss':
          return verifySignature('sha256', message, { key: keyObject, ...RSA_PSS }, signature)
      }
    },
  }
}

export const nodeVerifier: SignatureVerifier = createNodeVerifier()

/** Any salt length: securesystemslib has used both the digest's and the longest. */
const RSA_PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_AUTO,
}

function createKeyObject(key: PublicKey): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spkiOf(key)), format: 'der', type: 'spki' })
  } catch (cause) {
    throw new TrustError('KEY_INVALID', { kind: key.kind }, { cause })
  }
}

export const nodeDigests: Digests = {
  create(algorithm) {
    const hash = createHash(algorithm)
    return {
      update: (bytes) => {
        hash.update(bytes)
      },
      hex: () => hash.digest('hex'),
    }
  },
}
