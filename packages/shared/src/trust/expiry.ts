import { TrustError } from '../errors.ts'
import { type Common, formatExpires } from '../metadata/common.ts'

/**
 * TUF 5.3.10, 5.4.4, 5.5.6, 5.6.5: stops a repository from holding a device on old metadata that
 * was once validly signed. `now` is the fixed start of the update, TUF 5.1.
 */
export function requireFresh(role: string, metadata: Common, now: Date): void {
  if (isFresh(metadata, now)) return
  const expires = formatExpires(metadata.expires)
  throw new TrustError('METADATA_EXPIRED', { role, expires, version: metadata.version })
}

export function isFresh(metadata: Common, now: Date): boolean {
  return metadata.expires.getTime() > now.getTime()
}
