/** Releases that are signed and uploaded, and wait for files, for other roles or for their gate. */
import { parseMetadata, type Release, requireRelease } from '@fleetward/shared'
import type { Stores } from '../stores.ts'
import { stagedFiles } from './repository-files.ts'

export async function stagedReleases(stores: Stores, product: string): Promise<readonly Release[]> {
  const { security, functionality } = await stagedFiles(stores, product)
  const releases: Release[] = []
  for (const bytes of [security, functionality]) {
    if (bytes === undefined) continue
    // Verified when it was staged.
    for (const file of parseMetadata('targets', bytes).signed.targets.values()) {
      if (file.custom === undefined) continue
      const release = requireRelease(file, product)
      const isPublished = (await stores.releases.find(product, release.version)) !== undefined
      if (!isPublished) releases.push(release)
    }
  }
  return releases
}
