/** Whether bytes are the file that verified metadata lists (TUF 5.5.2, 5.6.2, 5.7.3). */
import { isDigestAlgorithm, sha256Hex, sha512Hex } from '../crypto/digest.ts'
import { TrustError } from '../errors.ts'
import type { Hashes } from '../metadata/meta-file.ts'

export interface AnnouncedFile {
  readonly length?: number
  readonly hashes?: Hashes
}

/** For what is in memory. Artifacts are hashed while they stream, against the same fields. */
export function requireListed(listed: AnnouncedFile, bytes: Uint8Array, name: string): void {
  const { length, hashes = new Map<string, string>() } = listed
  if (length !== undefined && bytes.length !== length) {
    throw new TrustError('LENGTH_MISMATCH', { name, expected: length, seen: bytes.length })
  }
  for (const [algorithm, expected] of hashes) {
    // One that cannot be checked is refused: skipping it would let the signer's wish lapse.
    if (!isDigestAlgorithm(algorithm)) {
      throw new TrustError('DIGEST_MISMATCH', { name, algorithm: algorithm.slice(0, 80) })
    }
    const seen = algorithm === 'sha256' ? sha256Hex(bytes) : sha512Hex(bytes)
    if (seen !== expected) throw new TrustError('DIGEST_MISMATCH', { name, algorithm, seen })
  }
}
