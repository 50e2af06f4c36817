/** A release as the API shows it. Pure. */
import type { PublishedRelease } from './release-store.ts'
import { retainedUntil } from './retained-until.ts'

/** Published, or waiting for it. */
export type KnownRelease = Omit<PublishedRelease, 'target' | 'publishedAt'> & {
  readonly publishedAt: number | undefined
}

export function releaseView(
  { release, listed, publishedAt, withdrawnAt, entitlement }: KnownRelease,
  supportEnds: string | undefined,
) {
  const { version, line, kind, securityCounter, path, sha256, length } = release
  const { compatible, fixes, advisories, notes, releasedAt } = release
  return {
    ...{ version, line, kind, securityCounter, path, sha256, length },
    ...{ compatible, fixes, advisories, notes, releasedAt },
    ...{ publishedAt, listed, withdrawnAt, entitlement },
    retainedUntil:
      publishedAt === undefined ? undefined : retainedUntil(kind, publishedAt, supportEnds),
  }
}

export function releaseInFull(known: KnownRelease, supportEnds: string | undefined) {
  const { installer, format, installedSize, base, minimumVersion } = known.release
  const { combinedReason, sha512, chunks, sbom } = known.release
  return {
    ...releaseView(known, supportEnds),
    ...{ installer, format, installedSize, base, minimumVersion, combinedReason, sha512 },
    chunks: { path: chunks.path, sha256: chunks.sha256 },
    sbom: { path: sbom.path, sha256: sbom.sha256 },
  }
}
