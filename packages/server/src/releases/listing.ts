/**
 * What uploaded targets metadata lists, once its signatures hold. Pure. The repository of a product has one
 * shape (protocol §3.1); what does not fit it is refused here, because no device could use it.
 */
import {
  ARTIFACT_LENGTH_MAX_BYTES,
  CHUNK_LIST_LENGTH_MAX_BYTES,
  type DelegatedRole,
  RELEASE_ROLES,
  type ReleaseRole,
  requireRelease,
  SBOM_LENGTH_MAX_BYTES,
  type TargetFile,
  type Targets,
  TRUST_FILE_LENGTH_MAX_BYTES,
  TrustError,
  type VerifiedRelease,
} from '@fleetward/shared'
import type { PublishedFile } from '../ports.ts'
import { encodeTarget, type ReleaseTarget } from './release-target.ts'

/** A file that has to be there before the metadata is published. */
export interface ListedFile extends PublishedFile {
  readonly sha512?: string
  /** For what belongs to a release. */
  readonly release?: VerifiedRelease
}

export interface Listing {
  readonly releases: readonly ReleaseTarget[]
  readonly files: readonly ListedFile[]
}

export interface ListingOptions {
  readonly product: string
  /** This server's own limit, at most the protocol's. */
  readonly artifactMaxBytes: number
}

const TRUST_PATH = /^trust\/[a-z0-9][a-z0-9.-]{0,99}$/
const MAX_BYTES: Readonly<Record<PublishedFile['kind'], number>> = {
  artifact: ARTIFACT_LENGTH_MAX_BYTES,
  chunks: CHUNK_LIST_LENGTH_MAX_BYTES,
  sbom: SBOM_LENGTH_MAX_BYTES,
  trust: TRUST_FILE_LENGTH_MAX_BYTES,
}

/** The top-level targets role: files under `trust/` and the two delegations. */
export function listingOfTargets({ targets, delegations }: Targets): Listing {
  if (delegations === undefined || delegations.succinctRoles !== undefined) {
    throw invalid('delegations', 'security, functionality')
  }
  if (delegations.roles.map(({ name }) => name).join() !== RELEASE_ROLES.join()) {
    throw invalid('delegations.roles', RELEASE_ROLES.join())
  }
  for (const role of delegations.roles) requireDelegation(role)
  const files = [...targets.values()].map((file) => {
    if (!TRUST_PATH.test(file.path)) throw invalid(`targets.${file.path}`, 'a path under trust/')
    return listedFile(file, 'trust')
  })
  return { releases: [], files }
}

/** A release role: releases and, beside each, its chunk list and SBOM; nothing else. */
export function listingOfRole(
  role: ReleaseRole,
  { targets, delegations }: Targets,
  { product, artifactMaxBytes }: ListingOptions,
): Listing {
  if (delegations !== undefined) throw invalid('delegations', 'none in a release role')
  const unclaimed = new Map(targets)
  const releases: ReleaseTarget[] = []
  const files: ListedFile[] = []
  for (const file of targets.values()) {
    if (file.custom === undefined) continue
    const release = requireRelease(file, product)
    if (release.role !== role) throw invalid(`targets.${file.path}`, `a path under ${role}/`)
    if (file.length > artifactMaxBytes) {
      const facts = { path: file.path, limit: artifactMaxBytes, seen: file.length }
      throw new TrustError('LENGTH_EXCEEDED', facts)
    }
    if (releases.some((other) => other.release.version === release.version)) {
      throw releaseInvalid(file.path, 'one artifact per version')
    }
    releases.push({ release, target: encodeTarget(file) })
    files.push({ ...listedFile(file, 'artifact'), release })
    for (const [kind, part] of [
      ['chunks', release.chunks],
      ['sbom', release.sbom],
    ] as const) {
      files.push({ ...listedFile(requirePart(targets, part), kind), release })
      unclaimed.delete(part.path)
    }
    unclaimed.delete(file.path)
  }
  for (const path of unclaimed.keys()) throw releaseInvalid(path, 'a file of a release')
  return { releases, files }
}

function requirePart(
  targets: ReadonlyMap<string, TargetFile>,
  { path, sha256 }: { path: string; sha256: string },
): TargetFile {
  const file = targets.get(path)
  if (file === undefined) throw releaseInvalid(path, 'listed beside its artifact')
  if (file.hashes.get('sha256') !== sha256)
    throw releaseInvalid(path, 'the digest its release names')
  return file
}

function listedFile(file: TargetFile, kind: PublishedFile['kind']): ListedFile {
  const { path, length, hashes } = file
  const sha256 = hashes.get('sha256')
  const sha512 = hashes.get('sha512')
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalid(`targets.${path}.hashes.sha256`, 'SHA-256 in lower-case hex')
  }
  if (length > MAX_BYTES[kind]) {
    throw new TrustError('LENGTH_EXCEEDED', { path, limit: MAX_BYTES[kind], seen: length })
  }
  return { path, sha256, length, kind, ...(sha512 === undefined ? {} : { sha512 }) }
}

function requireDelegation({ name, scope, terminating, keyIds, threshold }: DelegatedRole): void {
  const expected = `${name}/*/*`
  const paths = 'paths' in scope ? scope.paths : []
  if (paths.length !== 1 || paths[0] !== expected || !terminating) {
    throw invalid(`delegations.${name}`, `terminating, paths ${expected}`)
  }
  if (threshold > keyIds.length) throw invalid(`delegations.${name}.threshold`, 'enough keys')
}

function invalid(field: string, expected: string): TrustError {
  return new TrustError('METADATA_INVALID', { field: field.slice(0, 200), expected })
}

function releaseInvalid(path: string, expected: string): TrustError {
  return new TrustError('RELEASE_INVALID', { path: path.slice(0, 200), expected })
}
