/** RSA public keys (RFC 8017 appendix A.1.1), told apart by modulus and exponent. */
import { TrustError } from '../errors.ts'
import { DER_TAG } from './der.ts'
import { keyDer } from './key-der.ts'
import type { PublicKey } from './public-key.ts'

/** TUF 4.2: "All RSA keys MUST be at least 2048 bits." */
const MODULUS_MIN_BITS = 2048
/** Ours: verifying takes longer than a device should spend on a key that nobody has. */
const MODULUS_MAX_BITS = 8192
/** NIST SP 800-56B §6.2: 2^16 < e < 2^256. */
const EXPONENT_MIN = 65_537n
const EXPONENT_MAX = 2n ** 256n - 1n

export function rsaKey(pkcs1: Uint8Array, spki: Uint8Array): PublicKey {
  const outer = keyDer(pkcs1)
  const inner = outer.into(DER_TAG.sequence)
  outer.end()
  const modulus = inner.positiveInteger()
  const exponent = inner.positiveInteger()
  inner.end()
  const bits = modulus.toString(2).length
  if (bits < MODULUS_MIN_BITS || bits > MODULUS_MAX_BITS || modulus % 2n === 0n) {
    throw new TrustError('KEY_INVALID', { kind: 'rsa-pss', why: 'modulus', bits })
  }
  if (exponent < EXPONENT_MIN || exponent > EXPONENT_MAX || exponent % 2n === 0n) {
    throw new TrustError('KEY_INVALID', { kind: 'rsa-pss', why: 'exponent' })
  }
  const identity = `rsa-pss:${modulus.toString(16)}:${exponent.toString(16)}`
  return { kind: 'rsa-pss', bytes: spki, identity }
}
