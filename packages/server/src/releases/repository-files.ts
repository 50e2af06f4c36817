/** A product's uploaded metadata as the store has it. */
import { METADATA_MAX_BYTES, parseMetadata, TrustError } from '@fleetward/shared'
import type { Stores } from '../stores.ts'
import { type Listing, type ListingOptions, listingOfRole, listingOfTargets } from './listing.ts'
import type { RepositoryFiles } from './repository.ts'
import { UPLOADED_ROLES, type UploadedRole } from './role.ts'

export async function currentFiles(stores: Stores, product: string): Promise<RepositoryFiles> {
  const files: Partial<Record<UploadedRole, Uint8Array>> = {}
  for (const role of UPLOADED_ROLES) {
    const current = await stores.metadata.current(product, role)
    if (current !== undefined) files[role] = current.bytes
  }
  return files
}

export async function stagedFiles(stores: Stores, product: string): Promise<RepositoryFiles> {
  const staged = await stores.metadata.staged(product)
  return Object.fromEntries(staged.map(({ role, bytes }) => [role, bytes]))
}

export function parseUploaded(role: UploadedRole, bytes: Uint8Array) {
  const type = role === 'root' ? 'root' : 'targets'
  if (bytes.length > METADATA_MAX_BYTES[type]) {
    const facts = { role, limit: METADATA_MAX_BYTES[type], seen: bytes.length }
    throw new TrustError('LENGTH_EXCEEDED', facts)
  }
  return parseMetadata(type, bytes)
}

/** What the metadata lists. Its signatures must have been checked, now or when it was staged. */
export function listingOf(role: UploadedRole, bytes: Uint8Array, options: ListingOptions): Listing {
  if (role === 'root') return { releases: [], files: [] }
  const { signed } = parseMetadata('targets', bytes)
  return role === 'targets' ? listingOfTargets(signed) : listingOfRole(role, signed, options)
}
