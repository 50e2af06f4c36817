/**
 * A release as its release keys signed it (protocol §4.1, §4.2): a target file and its
 * `custom.fleetward`. The metadata is verified before this; here its words are held against each
 * other, so that no two places of one signed statement can be read differently.
 */
import { TrustError } from '../errors.ts'
import { Fields, isSha256Hex, isSha512Hex } from '../json/fields.ts'
import type { Json } from '../json/json.ts'
import {
  ADVISORIES_MAX_COUNT,
  ADVISORY_ID_MAX_BYTES,
  ARTIFACT_LENGTH_MAX_BYTES,
  CHUNK_SIZE_MAX_BYTES,
  CHUNK_SIZE_MIN_BYTES,
  COMBINED_REASON_MAX_CHARACTERS,
  COMPATIBLE_MAX_BYTES,
  COMPATIBLE_MAX_COUNT,
  FIXES_MAX_COUNT,
  NOTES_MAX_CHARACTERS,
  POLICY_DURATION_MAX_SECONDS,
  RELEASE_PATH_MAX_BYTES,
} from '../limits.ts'
import type { TargetFile } from '../metadata/meta-file.ts'
import { isName } from '../names.ts'
import { parseReleasePath, type ReleaseRole } from './release-path.ts'
import { isLine, isVersion, lineOf } from './version.ts'

export const RELEASE_KINDS = ['security', 'functionality', 'combined'] as const
export type ReleaseKind = (typeof RELEASE_KINDS)[number]

export interface Release {
  readonly path: string
  readonly role: ReleaseRole
  readonly product: string
  readonly version: string
  readonly line: string
  readonly kind: ReleaseKind
  readonly securityCounter: number
  readonly compatible: readonly string[]
  readonly installer: string
  readonly format: string
  readonly length: number
  readonly sha256: string
  readonly sha512?: string
  readonly chunks: { readonly size: number; readonly path: string; readonly sha256: string }
  readonly installedSize: number
  readonly minimumVersion?: string
  readonly base?: string
  readonly sbom: { readonly path: string; readonly sha256: string }
  readonly fixes: readonly string[]
  readonly advisories: readonly string[]
  readonly notes: string
  /** Why the fix cannot be separated; with kind `combined` and only then. */
  readonly combinedReason?: string
  /** Seconds since 1970. */
  readonly releasedAt: number
  /** Seconds: how long an owner may postpone in total. */
  readonly postponeMax: number
  /** Seconds: the least time between first notice and a deadline. */
  readonly deadlineMin: number
}

declare const verified: unique symbol
/** A {@link Release} that {@link requireRelease} made from verified metadata; nothing else can. */
export type VerifiedRelease = Release & { readonly [verified]: true }

/** Throws RELEASE_INVALID or RELEASE_FOR_OTHER_PRODUCT. `targetFile` comes from trusted metadata. */
export function requireRelease(targetFile: TargetFile, product: string): VerifiedRelease {
  const custom = new Fields(targetFile.custom, 'RELEASE_INVALID', 'custom')
  const release = custom.object('fleetward', (fields) => parseRelease(fields, targetFile))
  if (release.product !== product) {
    throw new TrustError('RELEASE_FOR_OTHER_PRODUCT', { expected: product, seen: release.product })
  }
  return release as VerifiedRelease
}

/** `custom` of the artifact's target file, as the command line signs it. */
export function releaseCustomJson(release: Release): Json {
  const { path, role, length, sha256, sha512, ...fleetward } = release
  return { fleetward: { ...fleetward } }
}

function parseRelease(fields: Fields, { path, length, hashes }: TargetFile): Release {
  const place = parseReleasePath(path)
  if (place === undefined || path.length > RELEASE_PATH_MAX_BYTES) throw invalid('path')
  // A missing hash must never mean "nothing to compare" (protocol §4.2).
  const sha256 = hashes.get('sha256')
  const sha512 = hashes.get('sha512')
  if (!isSha256Hex(sha256)) throw invalid('hashes.sha256')
  if (sha512 !== undefined && !isSha512Hex(sha512)) throw invalid('hashes.sha512')
  if (length < 1 || length > ARTIFACT_LENGTH_MAX_BYTES) throw invalid('length')

  const version = fields.matching('version', isVersion, 'a version')
  const kind = fields.oneOf('kind', RELEASE_KINDS)
  const release = {
    path,
    role: place.role,
    length,
    sha256,
    ...(sha512 === undefined ? {} : { sha512 }),
    product: fields.matching('product', isName, 'a name'),
    version,
    line: fields.matching('line', isLine, 'a line'),
    kind,
    securityCounter: fields.integer('securityCounter', 1),
    compatible: fields.list('compatible', { min: 1, max: COMPATIBLE_MAX_COUNT }, (items, index) =>
      items.text(index, COMPATIBLE_MAX_BYTES),
    ),
    installer: fields.text('installer', 64),
    format: fields.text('format', 64),
    chunks: fields.object('chunks', parseChunks),
    installedSize: fields.integer('installedSize', 0, ARTIFACT_LENGTH_MAX_BYTES),
    ...fields.optional('minimumVersion', (name) => fields.matching(name, isVersion, 'a version')),
    ...fields.optional('base', (name) => fields.matching(name, isVersion, 'a version')),
    sbom: fields.object('sbom', parseSbom),
    fixes: fields.list('fixes', { max: FIXES_MAX_COUNT }, (items, index) =>
      items.matching(index, isCveId, 'a CVE id'),
    ),
    advisories: fields.list('advisories', { max: ADVISORIES_MAX_COUNT }, (items, index) =>
      items.text(index, ADVISORY_ID_MAX_BYTES),
    ),
    notes: fields.prose('notes', 0, NOTES_MAX_CHARACTERS),
    ...fields.optional('combinedReason', (name) =>
      fields.prose(name, 1, COMBINED_REASON_MAX_CHARACTERS),
    ),
    releasedAt: fields.integer('releasedAt'),
    postponeMax: fields.integer('postponeMax', 0, POLICY_DURATION_MAX_SECONDS),
    deadlineMin: fields.integer('deadlineMin', 0, POLICY_DURATION_MAX_SECONDS),
  }
  fields.refuseOthers()

  fields.require(version === place.version, 'version', 'the version of the path')
  fields.require(release.line === lineOf(version), 'line', 'the line of the version')
  // The role decides whose keys signed it, so the kind may not claim another (protocol §4.1).
  const role = kind === 'functionality' ? 'functionality' : 'security'
  fields.require(place.role === role, 'kind', 'the kind of the path')
  const hasReason = release.combinedReason !== undefined
  fields.require(hasReason === (kind === 'combined'), 'combinedReason', 'with kind combined only')
  fields.require(
    release.chunks.path === `${path}.chunks.json`,
    'chunks.path',
    'beside the artifact',
  )
  const sbom = parseReleasePath(release.sbom.path)
  fields.require(
    sbom?.role === place.role && sbom.version === version && sbom.file !== place.file,
    'sbom.path',
    'beside the artifact',
  )
  return release
}

function parseChunks(fields: Fields): Release['chunks'] {
  const chunks = {
    size: fields.integer('size', CHUNK_SIZE_MIN_BYTES, CHUNK_SIZE_MAX_BYTES),
    path: fields.text('path', RELEASE_PATH_MAX_BYTES),
    sha256: fields.sha256('sha256'),
  }
  fields.refuseOthers()
  return chunks
}

function parseSbom(fields: Fields): Release['sbom'] {
  const sbom = {
    path: fields.text('path', RELEASE_PATH_MAX_BYTES),
    sha256: fields.sha256('sha256'),
  }
  fields.refuseOthers()
  return sbom
}

function isCveId(text: unknown): text is string {
  return typeof text === 'string' && /^CVE-\d{4}-\d{4,19}$/.test(text)
}

function invalid(field: string): TrustError {
  return new TrustError('RELEASE_INVALID', { field })
}
