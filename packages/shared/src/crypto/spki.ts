/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), the form in which PEM files hold public keys. */
import { TrustError } from '../errors.ts'
import { DER_TAG } from './der.ts'
import { keyDer } from './key-der.ts'
import { p256Key } from './p256-point.ts'
import type { PublicKey } from './public-key.ts'
import { rsaKey } from './rsa-modulus.ts'

/** AlgorithmIdentifier of id-ecPublicKey with prime256v1, RFC 5480 §2.1.1; contents only. */
const P256_ALGORITHM = '06072a8648ce3d020106082a8648ce3d030107'
/** AlgorithmIdentifier of rsaEncryption, whose parameters are NULL, RFC 3279 §2.3.1. */
const RSA_ALGORITHM = '06092a864886f70d0101010500'

const P256_PREFIX = Uint8Array.fromHex(`30593013${P256_ALGORITHM}034200`)
const ED25519_PREFIX = Uint8Array.fromHex('302a300506032b6570032100')

/** Reads a P-256 or RSA key; KEY_INVALID for every other algorithm. */
export function keyFromSpki(der: Uint8Array): PublicKey {
  const outer = keyDer(der)
  const inner = outer.into(DER_TAG.sequence)
  outer.end()
  const algorithm = inner.next(DER_TAG.sequence).contents.toHex()
  const key = inner.bitString()
  inner.end()
  if (algorithm === P256_ALGORITHM) return p256Key(key)
  if (algorithm === RSA_ALGORITHM) return rsaKey(key, der)
  throw new TrustError('KEY_INVALID', { format: 'SPKI', why: 'algorithm', seen: algorithm })
}

export function spkiOf(key: PublicKey): Uint8Array {
  if (key.kind === 'rsa-pss') return key.bytes
  return joined(key.kind === 'ed25519' ? ED25519_PREFIX : P256_PREFIX, key.bytes)
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length)
  bytes.set(head)
  bytes.set(tail, head.length)
  return bytes
}
