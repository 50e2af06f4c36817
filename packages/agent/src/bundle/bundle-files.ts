/** What a bundle holds besides its artifact, as a source for TUF's workflow (protocol §14). */
import {
  BUNDLE_MANIFEST_NAME,
  type BundledFile,
  TransferError,
  TrustError,
} from '@fleetward/shared'
import type { MetadataSource } from '../tuf/metadata-source.ts'
import type { BundleReader } from './bundle-reader.ts'

/** Longest chunk list, longest metadata of every role, and some roots: far below what a gateway has. */
const IN_MEMORY_MAX_BYTES = 16 * 1024 * 1024

export interface BundleFiles {
  readonly product: string
  /** By path in the archive, in its order, without the artifact. */
  readonly small: ReadonlyMap<string, Uint8Array>
  /** The last file. Not read yet. */
  readonly artifact: BundledFile
}

/** Reads everything before the artifact, which is what the reader stands at then. */
export async function readSmallFiles(reader: BundleReader): Promise<BundleFiles> {
  const small = new Map<string, Uint8Array>()
  let bytes = 0
  for (const [at, listed] of reader.index.files.entries()) {
    const file = await reader.next()
    if (file === undefined) break
    if (at === reader.index.files.length - 1) {
      return { product: reader.index.product, small, artifact: file }
    }
    bytes += listed.length
    if (bytes > IN_MEMORY_MAX_BYTES) {
      throw new TrustError('LENGTH_EXCEEDED', { path: file.path, limit: IN_MEMORY_MAX_BYTES })
    }
    small.set(file.path, await reader.bytes(file))
  }
  throw new TrustError('BUNDLE_INVALID', { reason: 'no artifact' })
}

export function manifestTokenOf({ small }: Pick<BundleFiles, 'small'>): string {
  return Buffer.from(small.get(BUNDLE_MANIFEST_NAME) ?? []).toString('latin1')
}

/** The files below one folder, under the names the network has for them. */
export function bundledSource(
  { small }: Pick<BundleFiles, 'small'>,
  folder: 'metadata' | 'targets',
): MetadataSource {
  return {
    fetch: async (path, maxBytes) => {
      const bytes = small.get(`${folder}/${path}`)
      if (bytes === undefined) throw new TransferError('NOT_FOUND', { bundle: path.slice(0, 200) })
      if (bytes.length > maxBytes) {
        throw new TrustError('LENGTH_EXCEEDED', { bundle: path, limit: maxBytes })
      }
      return bytes
    },
  }
}
