/**
 * Drafts a release (protocol §4): measures the artifact, checks it and its SBOM, and lists them in
 * the next version of the release role. The metadata is read back by the code devices use before it
 * is written, so a desk cannot draft what a device would refuse.
 */
import { basename } from 'node:path'
import {
  compareVersions,
  encodeChunkList,
  type Release,
  type ReleaseRole,
  releaseCustomJson,
  releaseFolder,
  requireRelease,
  sha256Hex,
  type TargetFile,
  type VerifiedRelease,
} from '@fleetward/shared'
import { readNamedFile } from '../named-file.ts'
import type { DeskFolder } from './desk-folder.ts'
import { nextVersion, requireNoDraft, writeDraft } from './draft.ts'
import { latestMetadata, type MetadataFile } from './metadata-file.ts'
import { takeArtifact } from './release-artifact.ts'
import { readReleaseSbom } from './release-sbom.ts'
import { releaseOf } from './release-statement.ts'
import { warningsAbout } from './release-warnings.ts'
import { type ReleaseWords, requireFormat, requireVersion } from './release-words.ts'
import { currentReleases, releasesIn, requireNewVersion } from './releases.ts'
import { releaseRoleSigned, type SignedTarget } from './signed-metadata.ts'
import { describeBytes, putTargetFile } from './target-files.ts'

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
  const sbomBytes = await readNamedFile(words.sbom)
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
