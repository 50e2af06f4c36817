/**
 * Ed25519 without node:crypto: for a browser, and as the second opinion in tests. About ten times
 * as slow. It decides as OpenSSL and libsodium do, by the equation without cofactor; noble's own
 * `verify` multiplies by it and so accepts a few signatures that they refuse. One document must not
 * be valid for one reader and invalid for the other.
 */
import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { TrustError } from '../errors.ts'
import type { SignatureVerifier } from './public-key.ts'

const { n: ORDER } = Point.CURVE()

export const nobleEd25519Verifier: SignatureVerifier = {
  verify(key, message, signature) {
    if (key.kind !== 'ed25519') throw new TrustError('KEY_INVALID', { kind: key.kind })
    if (signature.length !== 64) return false
    const encodedR = signature.subarray(0, 32)
    // RFC 8032 §5.1.7 step 1. S >= L would be a second signature for the same message.
    const s = littleEndian(signature.subarray(32))
    const publicPoint = decodePoint(key.bytes)
    const r = decodePoint(encodedR)
    if (s >= ORDER || publicPoint === undefined || r === undefined) return false
    if (publicPoint.isSmallOrder() || r.isSmallOrder()) return false
    // Steps 2 and 3: R = S·B − k·A, compared as points; both encodings are canonical by now.
    const digest = sha512.create().update(encodedR).update(key.bytes).update(message).digest()
    const k = littleEndian(digest) % ORDER
    return Point.BASE.multiply(s, false).subtract(publicPoint.multiply(k, false)).equals(r)
  },
}

function decodePoint(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes, false)
  } catch {
    return undefined // Not a point of the curve, or not its canonical encoding.
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.toReversed().toHex()}`)
}
