/**
 * What uploaded metadata has to pass before any word of it counts. Signatures come first: nothing
 * that is not signed is read any further.
 */
import { parseMetadata, requireFresh, type SignatureVerifier, TrustError } from '@fleetward/shared'
import { HttpError } from '../http/problem.ts'
import type { Stores } from '../stores.ts'
import type { Listing, ListingOptions } from './listing.ts'
import {
  type OnlinePublicKeys,
  requireOfflineDelegations,
  requireUsableRoot,
} from './online-role.ts'
import { requireRoot, requireSignedIn } from './repository.ts'
import { currentFiles, listingOf, stagedFiles } from './repository-files.ts'
import type { UploadedRole } from './role.ts'

export interface UploadContext {
  readonly verifier: SignatureVerifier
  readonly online: OnlinePublicKeys
  readonly now: Date
  readonly options: ListingOptions
}

export async function verifyUpload(
  stores: Stores,
  role: UploadedRole,
  bytes: Uint8Array,
  { verifier, online, now, options }: UploadContext,
): Promise<Listing> {
  const published = await currentFiles(stores, options.product)
  if (role === 'root') {
    const root = parseMetadata('root', bytes)
    requireRoot(root, published.root && parseMetadata('root', published.root).signed, verifier)
    requireFresh(role, root.signed, now)
    requireUsableRoot(root.signed, online)
  } else {
    const metadata = parseMetadata('targets', bytes)
    const toCome = { ...published, ...(await stagedFiles(stores, options.product)) }
    try {
      requireSignedIn(toCome, role, metadata, verifier)
    } catch {
      // Not with the keys that are to come: then with the present ones, and their error counts.
      requireSignedIn(published, role, metadata, verifier)
    }
    requireFresh(role, metadata.signed, now)
    if (role === 'targets') requireOfflineDelegations(metadata.signed, online)
  }
  return listingOf(role, bytes, options)
}

/** TUF 5.5.5 as a device will check it. */
export function requireNewVersion(
  role: UploadedRole,
  current: number | undefined,
  offered: number,
): void {
  if (current === undefined || offered > current) return
  if (offered < current) {
    throw new TrustError('VERSION_DECREASED', { role, trusted: current, offered })
  }
  const message = `Version ${offered} of ${role} is published with other bytes. Sign version ${offered + 1}`
  throw new HttpError(409, 'METADATA_EXISTS', message, { facts: { role, version: offered } })
}

/** A release once published never changes: what devices installed under a version is what it was. */
export async function requireUnchangedReleases(
  stores: Stores,
  product: string,
  { releases }: Listing,
): Promise<void> {
  for (const { release, target } of releases) {
    const published = await stores.releases.find(product, release.version)
    if (published === undefined || published.target === target) continue
    const message = `Version ${release.version} is published with other contents. Give the release a new version`
    throw new HttpError(409, 'RELEASE_EXISTS', message, { facts: { version: release.version } })
  }
}
