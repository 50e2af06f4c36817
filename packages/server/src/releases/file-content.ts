/**
 * A signed file can still be of no use: what a device would choke on is refused while the manufacturer
 * looks on. The digest is checked before this, the bytes are the signed ones.
 */
import { importKeySet, parseChunkList } from '@fleetward/shared'
import type { ListedFile } from './listing.ts'
import { requireSbom } from './read-sbom.ts'

/** Whether {@link requireContent} has to see the bytes; an artifact is for the device's installer. */
export function isContentChecked({ kind, path }: ListedFile): boolean {
  return kind === 'chunks' || kind === 'sbom' || (kind === 'trust' && path.endsWith('.jwks'))
}

export async function requireContent(file: ListedFile, bytes: Uint8Array): Promise<void> {
  if (file.kind === 'chunks' && file.release !== undefined) parseChunkList(bytes, file.release)
  if (file.kind === 'sbom') await requireSbom(bytes)
  if (file.kind === 'trust' && file.path.endsWith('.jwks')) await importKeySet(bytes)
}
