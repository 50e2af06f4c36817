/**
 * Signs the current state of a product's repository: snapshot (which versions there are) and timestamp
 * (which snapshot is the latest). Runs inside the transaction that changes what they speak of, so a
 * device never meets one without the other.
 */
import { type SigningKey, signMetadata } from '@fleetward/platform'
import {
  formatExpires,
  type Json,
  metaNameOf,
  SNAPSHOT_LIFETIME_SECONDS,
  sha256Hex,
  TIMESTAMP_LIFETIME_SECONDS,
} from '@fleetward/shared'
import type { MetadataStore, StoredMetadata } from '../releases/metadata-store.ts'
import { nextVersion } from './next-number.ts'

export interface RepositoryKeys {
  readonly timestamp: SigningKey
  readonly snapshot: SigningKey
}

/** TUF 4.3: what we write; readers accept any 1.x. */
const SPEC_VERSION = '1.0.34'
const LISTED = ['targets', 'security', 'functionality'] as const
const LIFETIME_SECONDS = {
  snapshot: SNAPSHOT_LIFETIME_SECONDS,
  timestamp: TIMESTAMP_LIFETIME_SECONDS,
}

/** After any change of what is published. Without targets there is nothing to state yet. */
export async function signState(
  metadata: MetadataStore,
  product: string,
  keys: RepositoryKeys,
  now: Date,
): Promise<void> {
  const listed: StoredMetadata[] = []
  for (const role of LISTED) {
    const current = await metadata.current(product, role)
    if (current !== undefined) listed.push(current)
  }
  if (listed[0]?.role !== 'targets') return
  const meta = Object.fromEntries(listed.map((file) => [metaNameOf(file.role), metaOf(file)]))
  await sign('snapshot', meta, metadata, product, keys, now)
  await signTimestamp(metadata, product, keys, now)
}

/** Before half of their life is over (protocol §3.4). Says what was signed anew. */
export async function renewState(
  metadata: MetadataStore,
  product: string,
  keys: RepositoryKeys,
  now: Date,
): Promise<'snapshot' | 'timestamp' | 'nothing'> {
  const snapshot = await metadata.current(product, 'snapshot')
  if (snapshot === undefined) return 'nothing'
  if (isDue(snapshot, now)) {
    await signState(metadata, product, keys, now)
    return 'snapshot'
  }
  const timestamp = await metadata.current(product, 'timestamp')
  if (timestamp !== undefined && !isDue(timestamp, now)) return 'nothing'
  await signTimestamp(metadata, product, keys, now)
  return 'timestamp'
}

/** Half of the life is over. A clock that jumped back makes nothing due, and nothing expire. */
export function isDue({ role, expires }: { role: string; expires: Date }, now: Date): boolean {
  const lifetimeSeconds = LIFETIME_SECONDS[role as keyof typeof LIFETIME_SECONDS]
  return expires.getTime() - now.getTime() <= (lifetimeSeconds * 1000) / 2
}

async function signTimestamp(
  metadata: MetadataStore,
  product: string,
  keys: RepositoryKeys,
  now: Date,
): Promise<void> {
  const snapshot = await metadata.current(product, 'snapshot')
  if (snapshot === undefined) return
  const meta = { [metaNameOf('snapshot')]: metaOf(snapshot) }
  await sign('timestamp', meta, metadata, product, keys, now)
}

async function sign(
  role: 'snapshot' | 'timestamp',
  meta: Json,
  metadata: MetadataStore,
  product: string,
  keys: RepositoryKeys,
  now: Date,
): Promise<void> {
  const seconds = Math.floor(now.getTime() / 1000)
  const version = nextVersion((await metadata.current(product, role))?.version, seconds)
  const expires = new Date((seconds + LIFETIME_SECONDS[role]) * 1000)
  const signed = {
    _type: role,
    spec_version: SPEC_VERSION,
    version,
    expires: formatExpires(expires),
    meta,
  }
  const bytes = signMetadata(signed, [keys[role]])
  await metadata.publish(product, { role, version, bytes, expires }, now)
}

/** Length and digest too: a device then reads not a byte more, and no other bytes (TUF 4.4). */
function metaOf({ version, bytes }: StoredMetadata): Json {
  return { version, length: bytes.length, hashes: { sha256: sha256Hex(bytes) } }
}
