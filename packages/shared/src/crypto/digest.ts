/** SHA-2. What is small is hashed here; artifacts go through the port, ten times as fast. */
import { sha256, sha512 } from '@noble/hashes/sha2.js'

export type DigestAlgorithm = 'sha256' | 'sha512'

export interface Digest {
  update(bytes: Uint8Array): void

  /** Lower-case hex of everything so far. Called once, at the end. */
  hex(): string
}

/** Hashing in bulk: node:crypto on a device and a server. */
export interface Digests {
  create(algorithm: DigestAlgorithm): Digest
}

export function sha256Hex(bytes: Uint8Array): string {
  return sha256(bytes).toHex()
}

export function sha512Hex(bytes: Uint8Array): string {
  return sha512(bytes).toHex()
}

export function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return name === 'sha256' || name === 'sha512'
}
