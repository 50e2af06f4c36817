/** What this desk has released. */
import {
  RELEASE_ROLES,
  type ReleaseRole,
  requireRelease,
  type VerifiedRelease,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import type { DeskFolder } from './desk-folder.ts'
import { allMetadata, latestMetadata, type MetadataFile } from './metadata-file.ts'

/** The releases that signed metadata of one role lists. */
export function releasesIn(
  metadata: MetadataFile<ReleaseRole> | undefined,
  product: string,
): VerifiedRelease[] {
  const files = [...(metadata?.metadata.signed.targets.values() ?? [])]
  return files
    .filter(({ custom }) => custom !== undefined)
    .map((file) => requireRelease(file, product))
}

/** A version that was ever signed keeps its bytes for ever (protocol §11, RELEASE_EXISTS). */
export async function requireNewVersion(
  desk: DeskFolder,
  product: string,
  version: string,
): Promise<void> {
  for (const role of RELEASE_ROLES) {
    for (const metadata of await allMetadata(desk, product, role)) {
      if (!releasesIn(metadata, product).some((release) => release.version === version)) continue
      throw new Refusal('RELEASE_EXISTS', `${product} ${version} was released already`, {
        next: 'Choose the next version; a release never changes once it is signed.',
        facts: { product, version, role, metadataVersion: metadata.signed.version },
      })
    }
  }
}

/** What is on offer now, in every role. */
export async function currentReleases(
  desk: DeskFolder,
  product: string,
): Promise<readonly VerifiedRelease[]> {
  const roles = RELEASE_ROLES.map(async (role) =>
    releasesIn(await latestMetadata(desk, product, role), product),
  )
  return (await Promise.all(roles)).flat()
}
