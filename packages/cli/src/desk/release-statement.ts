/** A release as it is going to be signed (protocol §4.2): what was said and what was measured. */
import { lineOf, type Release, type ReleaseRole, releaseFolder } from '@fleetward/shared'
import type { MeasuredArtifact } from '../artifact/measure-artifact.ts'
import type { ReleaseWords } from './release-words.ts'

export function releaseOf(
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
