/**
 * Ed25519 public keys that must not be used, whatever a verifier thinks of them: with a key of
 * small order, a signature made without any secret can verify for every message. Older releases of
 * OpenSSL let such keys through.
 */
import { TrustError } from '../errors.ts'
import type { PublicKey } from './public-key.ts'

const P = 2n ** 255n - 19n

/** A point of order 8; its y and -y belong to all four of them. */
const ORDER_8_Y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n

/**
 * The y coordinates of the eight points of small order, each with both signs of x: orders 4, 1, 2
 * and 8. The test computes them from the curve.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, ORDER_8_Y, P - ORDER_8_Y])

/** Refuses what is not 32 bytes, not the one encoding of its point, or of small order. */
export function requireEd25519Point(bytes: Uint8Array): void {
  if (bytes.length !== 32) {
    throw new TrustError('KEY_INVALID', { kind: 'ed25519', length: bytes.length })
  }
  const y = yOf(bytes)
  if (y >= P) throw new TrustError('KEY_INVALID', { kind: 'ed25519', why: 'not canonical' })
  if (SMALL_ORDER_Y.has(y)) {
    throw new TrustError('KEY_INVALID', { kind: 'ed25519', why: 'small order' })
  }
}

export function ed25519Key(bytes: Uint8Array): PublicKey {
  requireEd25519Point(bytes)
  return { kind: 'ed25519', bytes, identity: `ed25519:${bytes.toHex()}` }
}

/** RFC 8032 §5.1.3: little-endian, without the sign of x in the highest bit. */
function yOf(bytes: Uint8Array): bigint {
  const number = BigInt(`0x${bytes.toReversed().toHex()}`)
  return number & (2n ** 255n - 1n)
}
