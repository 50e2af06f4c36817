import { TrustError } from '../errors.ts'
import { DerReader } from './der.ts'

/** Reads the DER of a public key: KEY_INVALID when it is malformed. */
export function keyDer(bytes: Uint8Array): DerReader {
  return new DerReader(
    bytes,
    (expected) => new TrustError('KEY_INVALID', { format: 'DER', expected }),
  )
}
