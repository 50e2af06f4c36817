/** Public keys on NIST P-256 (SP 800-186 §3.2.1.3), as the uncompressed point of SEC 1 §2.3.3. */
import { TrustError } from '../errors.ts'
import type { PublicKey } from './public-key.ts'

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

/**
 * A compressed point is refused rather than decompressed: nobody needs it in metadata, and one key
 * has one encoding this way. The curve's order is prime, so a point on it is never of small order.
 */
export function p256Key(point: Uint8Array): PublicKey {
  if (point.length !== 65 || point[0] !== 4) {
    throw new TrustError('KEY_INVALID', { kind: 'ecdsa-p256', why: 'not an uncompressed point' })
  }
  const x = BigInt(`0x${point.subarray(1, 33).toHex()}`)
  const y = BigInt(`0x${point.subarray(33).toHex()}`)
  if (x >= P || y >= P || (y * y - (x * x * x - 3n * x + B)) % P !== 0n) {
    throw new TrustError('KEY_INVALID', { kind: 'ecdsa-p256', why: 'not on the curve' })
  }
  return { kind: 'ecdsa-p256', bytes: point, identity: `ecdsa-p256:${point.toHex()}` }
}
