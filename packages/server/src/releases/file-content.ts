/**
 * A signed file can still be of no use: what a device would choke on is refused while the manufacturer
 * looks on. The digest is checked before this, the bytes are the signed ones.
 */
import { importKeySet, parseChunkList } from '@fleetward/shared'
import { HttpError } from '../http/problem.ts'
import type { ListedFile } from './listing.ts'

/** Whether {@link requireContent} has to see the bytes; an artifact is for the device's installer. */
export function isContentChecked({ kind, path }: ListedFile): boolean {
  return kind === 'chunks' || kind === 'sbom' || (kind === 'trust' && path.endsWith('.jwks'))
}

export async function requireContent(file: ListedFile, bytes: Uint8Array): Promise<void> {
  if (file.kind === 'chunks' && file.release !== undefined) parseChunkList(bytes, file.release)
  if (file.kind === 'sbom') requireSbom(bytes)
  if (file.kind === 'trust' && file.path.endsWith('.jwks')) await importKeySet(bytes)
}

/**
 * CycloneDX or SPDX, in JSON. The plain parser, because an SBOM is larger than anything we verify by
 * its words and nothing is decided by them here.
 */
export function requireSbom(bytes: Uint8Array): void {
  let sbom: unknown
  try {
    sbom = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new HttpError(422, 'SBOM_INVALID', 'The SBOM is not JSON in UTF-8', { cause })
  }
  if (typeof sbom === 'object' && sbom !== null) {
    if ('bomFormat' in sbom && sbom.bomFormat === 'CycloneDX') return
    if ('spdxVersion' in sbom && /^SPDX-2\./.test(String(sbom.spdxVersion))) return
  }
  const message = 'The SBOM is neither CycloneDX JSON (bomFormat) nor SPDX 2 JSON (spdxVersion)'
  throw new HttpError(422, 'SBOM_INVALID', message)
}
