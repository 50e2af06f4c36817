/** Names of files in a repository with and without consistent snapshots (TUF 6.2, protocol §4.1). */
import { TrustError } from '../errors.ts'
import type { Hashes } from './meta-file.ts'

/**
 * `<version>.<role>.json`, or `<role>.json` without a version. A role's name is whatever its
 * delegator signed, so it becomes one path segment: "../root" is `..%2Froot`.
 */
export function metadataFileName(role: string, version?: number): string {
  const name = `${percentEncoded(role)}.json`
  return version === undefined ? name : `${version}.${name}`
}

/** `meta` of a snapshot names files without version and without encoding. */
export function metaNameOf(role: string): string {
  return `${role}.json`
}

/**
 * Where a target file lies, relative to the base URL: `<folder>/<hash>.<file>` with a hash, as
 * consistent snapshots ask (TUF 5.7.3), every segment percent-encoded.
 */
export function targetFilePath(path: string, hash?: string): string {
  const segments = path.split('/')
  // WHATWG URL takes even an encoded "%2e%2e" for the parent folder.
  if (segments.some((segment) => /^\.{0,2}$/.test(segment))) {
    throw new TrustError('METADATA_INVALID', { field: 'target path', path: path.slice(0, 200) })
  }
  if (hash !== undefined && !/^[0-9a-f]{64,128}$/.test(hash)) {
    throw new TrustError('METADATA_INVALID', { field: 'hash', expected: 'lower-case hex' })
  }
  const file = segments.pop() ?? ''
  segments.push(hash === undefined ? file : `${hash}.${file}`)
  return segments.map(percentEncoded).join('/')
}

/** The hash that consistent names carry: any listed one would do (TUF 5.7.3). */
export function hashForName(hashes: Hashes): string {
  const hash = hashes.get('sha256') ?? hashes.get('sha512')
  if (hash === undefined) {
    throw new TrustError('METADATA_INVALID', { field: 'hashes', expected: 'sha256 or sha512' })
  }
  return hash
}

/** Everything but RFC 3986's unreserved characters, like Python's `quote(name, safe='')`. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
