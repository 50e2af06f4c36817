/**
 * Drafts a release (protocol §4): measures the artifact, checks it and its SBOM, and lists them in
 * the next version of the release role. The metadata is read back by the code devices use before it
 * is written, so a desk cannot draft what a device would refuse.
 */
import { readFile, rm, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  compareVersions,
  encodeChunkList,
  formatOfName,
  INSTALLER_FORMATS,
  type InstallerKind,
  installedSizeOf,
  isFormatOf,
  isVersion,
  lineOf,
  type Release,
  type ReleaseKind,
  type ReleaseRole,
  releaseCustomJson,
  releaseFolder,
  requireRelease,
  sha256Hex,
  type TargetFile,
  type VerifiedRelease,
} from '@fleetward/shared'
import type { QualityProfile } from '@fleetward/vulnerability'
import { checkArtifact } from '../artifact/check-artifact.ts'
import { checkImage } from '../artifact/check-image.ts'
import type { ArtifactFormat } from '../artifact/compression.ts'
import { type MeasuredArtifact, measureArtifact } from '../artifact/measure-artifact.ts'
import { Refusal } from '../refusal.ts'
import type { DeskFolder } from './desk-folder.ts'
import { nextVersion, requireNoDraft, writeDraft } from './draft.ts'
import { latestMetadata, type MetadataFile } from './metadata-file.ts'
import { readReleaseSbom } from './release-sbom.ts'
import { warningsAbout } from './release-warnings.ts'
import { currentReleases, releasesIn, requireNewVersion } from './releases.ts'
import { releaseRoleSigned, type SignedTarget } from './signed-metadata.ts'
import { copyTargetFile, describeBytes, putTargetFile } from './target-files.ts'

/** What a person says about a release; the rest is measured. */
export interface ReleaseWords {
  readonly product: string
  readonly artifact: string
  readonly installer: InstallerKind
  /** From the artifact's name when left out. */
  readonly format?: string
  readonly sbom: string
  readonly sbomProfile: QualityProfile
  readonly kind: ReleaseKind
  readonly version: string
  readonly line?: string
  readonly securityCounter: number
  readonly compatible: readonly string[]
  readonly fixes: readonly string[]
  readonly advisories: readonly string[]
  readonly notes: string
  readonly base?: string
  readonly minimumVersion?: string
  readonly combinedReason?: string
  readonly postponeMaxSeconds: number
  readonly deadlineMinSeconds: number
  readonly chunkSizeBytes: number
  /** Older releases of the same line stay on offer. */
  readonly keepOlder: boolean
  readonly replaceDraft: boolean
}

export interface DraftedRelease {
  readonly draft: MetadataFile<ReleaseRole>
  readonly release: VerifiedRelease
  /** Versions that leave the metadata because this release takes their place. */
  readonly superseded: readonly string[]
  /** What a second look should go to, in sentences. */
  readonly warnings: readonly string[]
}

export async function draftRelease(
  desk: DeskFolder,
  words: ReleaseWords,
  now: Date,
): Promise<DraftedRelease> {
  const { product, version } = words
  requireVersion(words)
  await desk.requireProduct(product)
  const role: ReleaseRole = words.kind === 'functionality' ? 'functionality' : 'security'
  await requireNoDraft(desk, product, role, { replace: words.replaceDraft })
  await requireNewVersion(desk, product, version)

  const folder = releaseFolder(words.kind, version)
  const name = basename(words.artifact)
  const format = requireFormat(words, name)
  const path = `${folder}/${name}`
  const sbomBytes = await readFile(words.sbom).catch((cause: unknown) =>
    unreadable(words.sbom, cause),
  )
  const sbom = await readReleaseSbom(sbomBytes, words.sbom, words.sbomProfile)
  const artifact = await takeArtifact(desk, words, path, format)
  const { measured } = artifact
  const chunkList = encodeChunkList({
    size: words.chunkSizeBytes,
    length: measured.length,
    sha256s: measured.chunks,
  })
  const digests = { chunkList: sha256Hex(chunkList), sbom: sha256Hex(sbomBytes) }
  const release = releaseOf(words, {
    ...{ path, role, format, ...artifact, digests, now },
    sbomName: sbom.fileName,
  })
  const target: SignedTarget = {
    length: measured.length,
    hashes: { sha256: measured.sha256, sha512: measured.sha512 },
    custom: releaseCustomJson(release),
  }
  const checked = requireRelease(targetFileOf(path, target), product)

  const before = await latestMetadata(desk, product, role)
  const superseded = words.keepOlder
    ? []
    : releasesIn(before, product).filter((other) => isSupersededBy(other, release))
  const targets: Record<string, SignedTarget> = Object.fromEntries([
    ...Object.entries(before?.signed.targets ?? {}).filter(
      ([other]) => !superseded.some((old) => other.startsWith(`${role}/${old.version}/`)),
    ),
    [path, target],
    [release.chunks.path, describeBytes(chunkList)],
    [release.sbom.path, describeBytes(sbomBytes)],
  ])
  await putTargetFile(desk, product, release.chunks.path, chunkList)
  await putTargetFile(desk, product, release.sbom.path, sbomBytes)
  const signed = releaseRoleSigned(nextVersion(before), targets, now)
  const draft = await writeDraft(desk, product, role, signed, { replace: words.replaceDraft })
  return {
    draft: draft as MetadataFile<ReleaseRole>,
    release: checked,
    superseded: superseded.map((old) => old.version),
    warnings: warningsAbout(checked, await currentReleases(desk, product), sbom),
  }
}

function requireVersion({ version, line }: ReleaseWords): void {
  if (!isVersion(version))
    throw badWord(
      'VERSION_INVALID',
      `${version} is no version`,
      'Write it as major.minor.patch, for example 1.4.3.',
    )
  if (line !== undefined && line !== lineOf(version)) {
    throw badWord(
      'LINE_OF_OTHER_VERSION',
      `${version} belongs to line ${lineOf(version)}, not to ${line}`,
      'Leave --line away, or correct the version.',
    )
  }
}

function requireFormat({ installer, format: said }: ReleaseWords, name: string): string {
  const formats = INSTALLER_FORMATS[installer].join(', ')
  if (said !== undefined && !isFormatOf(installer, said)) {
    throw badWord(
      'FORMAT_OF_OTHER_INSTALLER',
      `${said} is no format of the installer ${installer}`,
      `Its formats are ${formats}.`,
    )
  }
  const format = said ?? formatOfName(installer, name)
  if (format !== undefined) return format
  throw badWord(
    'ARTIFACT_NAME_INVALID',
    `${name} names no format of the installer ${installer}`,
    `Name it with --format: ${formats}.`,
  )
}

/** What was said and what was measured, as it is going to be signed (protocol §4.2). */
function releaseOf(
  words: ReleaseWords,
  seen: {
    readonly path: string
    readonly role: ReleaseRole
    readonly format: string
    readonly installedSize: number
    readonly measured: MeasuredArtifact
    readonly digests: { readonly chunkList: string; readonly sbom: string }
    readonly sbomName: string
    readonly now: Date
  },
): Release {
  const { version, kind } = words
  const { path, role, format, installedSize, measured, digests, sbomName } = seen
  return {
    path,
    role,
    product: words.product,
    version,
    line: lineOf(version),
    kind,
    securityCounter: words.securityCounter,
    compatible: words.compatible,
    installer: words.installer,
    format,
    length: measured.length,
    sha256: measured.sha256,
    sha512: measured.sha512,
    chunks: {
      size: words.chunkSizeBytes,
      path: `${path}.chunks.json`,
      sha256: digests.chunkList,
    },
    installedSize,
    ...(words.minimumVersion === undefined ? {} : { minimumVersion: words.minimumVersion }),
    ...(words.base === undefined ? {} : { base: words.base }),
    sbom: { path: `${releaseFolder(kind, version)}/${sbomName}`, sha256: digests.sbom },
    fixes: words.fixes,
    advisories: words.advisories,
    notes: words.notes,
    ...(words.combinedReason === undefined ? {} : { combinedReason: words.combinedReason }),
    releasedAt: Math.floor(seen.now.getTime() / 1000),
    postponeMax: words.postponeMaxSeconds,
    deadlineMin: words.deadlineMinSeconds,
  }
}

/** Copied first, then checked and measured: what is described is what lies on the desk. */
async function takeArtifact(
  desk: DeskFolder,
  words: ReleaseWords,
  path: string,
  format: string,
): Promise<{ installedSize: number; measured: MeasuredArtifact }> {
  const { product, artifact, chunkSizeBytes } = words
  const file = await copyTargetFile(desk, product, path, artifact).catch((cause: unknown) =>
    unreadable(artifact, cause),
  )
  try {
    const installedSize = await CHECKS[words.installer](file, format, words)
    return { installedSize, measured: await measureArtifact(file, chunkSizeBytes) }
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

type ArtifactCheck = (file: string, format: string, words: ReleaseWords) => Promise<number>

/** What devices will check, by installer. Each returns `installedSize`. */
const CHECKS: Readonly<Record<InstallerKind, ArtifactCheck>> = {
  'slot-directory': checkSlot,
  'raw-image': checkImage,
  // A bundle is signed and checked by RAUC's own means, and installed as it is.
  rauc: async (file) => (await stat(file)).size,
  'update-module': checkSlot,
}

async function checkSlot(file: string, format: string, { product, version }: ReleaseWords) {
  const listing = await checkArtifact(file, format as ArtifactFormat)
  if (listing.product === product && listing.version === version) return installedSizeOf(listing)
  throw new Refusal(
    'ARTIFACT_OF_OTHER_RELEASE',
    `The artifact says it is ${listing.product} ${listing.version}, not ${product} ${version}`,
    { next: 'Name the right artifact, or build it anew with `fleetward artifact build`.' },
  )
}

const isSupersededBy = (old: Release, release: Release) =>
  old.line === release.line && compareVersions(old.version, release.version) < 0

function targetFileOf(path: string, target: SignedTarget): TargetFile {
  return {
    path,
    length: target.length,
    hashes: new Map(Object.entries(target.hashes)),
    ...(target.custom === undefined ? {} : { custom: target.custom }),
  }
}

function badWord(code: string, message: string, next: string): Refusal {
  return new Refusal(code, message, { next, usage: true })
}

function unreadable(path: string, cause: unknown): never {
  throw new Refusal('FILE_UNREADABLE', `${path} cannot be read`, {
    next: 'Check the path and its permissions.',
    cause,
  })
}
