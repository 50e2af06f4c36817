/** A small target file, in memory: the files under `trust/`, chunk lists, SBOMs. */
import {
  type Digests,
  hashForName,
  type TargetFile,
  TrustError,
  targetFilePath,
} from '@fleetward/shared'
import type { MetadataSource } from './metadata-source.ts'

/** Weak ones are as good as unknown: what they cover is not covered. */
const ALGORITHMS = ['sha256', 'sha512'] as const

export interface TargetFileOptions {
  readonly digests: Digests
  readonly maxBytes: number
  /** What root says: with consistent snapshots the file's name carries its hash (TUF 5.7.3). */
  readonly consistentSnapshot: boolean
}

/** Nothing of it is returned before length and every known hash agree (TUF 5.7.3). */
export async function downloadTargetFile(
  source: MetadataSource,
  file: TargetFile,
  { digests, maxBytes, consistentSnapshot }: TargetFileOptions,
): Promise<Uint8Array> {
  if (file.length > maxBytes) {
    throw new TrustError('LENGTH_EXCEEDED', {
      path: file.path,
      length: file.length,
      limit: maxBytes,
    })
  }
  const path = targetFilePath(file.path, consistentSnapshot ? hashForName(file.hashes) : undefined)
  const bytes = await source.fetch(path, file.length)
  requireTargetFile(bytes, file, digests)
  return bytes
}

export function requireTargetFile(bytes: Uint8Array, file: TargetFile, digests: Digests): void {
  if (bytes.length !== file.length) {
    const facts = { path: file.path, expected: file.length, seen: bytes.length }
    throw new TrustError('LENGTH_MISMATCH', facts)
  }
  const known = ALGORITHMS.filter((algorithm) => file.hashes.has(algorithm))
  // A missing hash means refuse, never "no check".
  if (known.length === 0) {
    throw new TrustError('DIGEST_MISMATCH', { path: file.path, expected: 'sha256 or sha512' })
  }
  for (const algorithm of known) {
    const digest = digests.create(algorithm)
    digest.update(bytes)
    if (digest.hex() !== file.hashes.get(algorithm)) {
      throw new TrustError('DIGEST_MISMATCH', { path: file.path, algorithm })
    }
  }
}
