import { compareVersions } from '@fleetward/shared'
import type { PublishedRelease } from './release-store.ts'

/** The highest version that is listed and not withdrawn, and not the last one published: a fix of an old line may be that. */
export function newestSupported(
  published: readonly PublishedRelease[],
): PublishedRelease | undefined {
  return published
    .filter(({ listed, withdrawnAt }) => listed && withdrawnAt === undefined)
    .toSorted((a, b) => compareVersions(b.release.version, a.release.version))[0]
}
