/**
 * Metadata of a product that runs out, or that lists other keys than it is to list. What the manufacturer signs offline
 * nobody else can renew: once it is over, devices take no release any more.
 */
import {
  ROOT_LIFETIME_SECONDS,
  SNAPSHOT_LIFETIME_SECONDS,
  TARGETS_LIFETIME_SECONDS,
  TIMESTAMP_LIFETIME_SECONDS,
} from '@fleetward/shared'
import { z } from 'zod'
import type { StoredMetadata } from '../../releases/metadata-store.ts'
import type { Role } from '../../releases/role.ts'
import { keysOfProduct } from '../../server-keys/keys-of-product.ts'
import { inTime, matterOf, urgencyBy } from '../matter.ts'
import { type Looking, source } from '../source.ts'

const DAY_SECONDS = 86_400

/** How long each is made to last; the desk may choose less. */
const LIFETIMES: Readonly<Record<Role, number>> = {
  root: ROOT_LIFETIME_SECONDS,
  targets: TARGETS_LIFETIME_SECONDS,
  security: TARGETS_LIFETIME_SECONDS,
  functionality: TARGETS_LIFETIME_SECONDS,
  snapshot: SNAPSHOT_LIFETIME_SECONDS,
  timestamp: TIMESTAMP_LIFETIME_SECONDS,
}
const ROLES = Object.keys(LIFETIMES) as readonly Role[]
/** The server renews its own at half of their life: with a quarter left, that does not work. */
const LEFT_SHARE = 0.25
/** Of what is signed offline: a ceremony takes people and a date. */
const NEAR = { urgentSeconds: 7 * DAY_SECONDS, soonSeconds: 30 * DAY_SECONDS }

export const metadataExpiring = matterOf(
  'metadataExpiring',
  'Metadata that is about to expire: the desk has to sign it anew, or the server failed to',
  { role: z.enum(ROLES) },
  {
    version: z.int(),
    isOffline: z.boolean().meta({ description: 'Signed at the desk, and not by this server' }),
    isOver: z.boolean(),
  },
)
export const metadataToSign = matterOf(
  'metadataToSign',
  'Metadata that lists other keys than it is to list: the desk has to sign it',
  {},
  { roles: z.array(z.enum(['root', 'targets'])) },
)
type MetadataMatter = z.output<typeof metadataExpiring> | z.output<typeof metadataToSign>

export const metadata = source([metadataExpiring, metadataToSign], {
  needs: 'product.read',
  async find(looking) {
    const found: MetadataMatter[] = []
    for (const product of looking.products) found.push(...(await inProduct(product, looking)))
    return found.toSorted(inTime)
  },
})

async function inProduct(product: string, { stores, now }: Looking): Promise<MetadataMatter[]> {
  const published = await stores.metadata.expiries(product)
  const found: MetadataMatter[] = published.flatMap((one) => expiring(product, one, now))
  const { keys, toSign } = await keysOfProduct(stores, product, now)
  if (toSign.length === 0) return found
  const isBegun = published.some(({ role }) => role === 'root')
  return [
    ...found,
    {
      // Before the first root nothing is broken: the product waits for its ceremony.
      ...{ kind: 'metadataToSign', severity: isBegun ? 'soon' : 'note', product },
      since: Math.max(0, ...keys.map(({ createdAt }) => createdAt)),
      ...{ by: null, subject: {}, facts: { roles: toSign } },
    },
  ]
}

function expiring(
  product: string,
  { role, version, expires }: Omit<StoredMetadata, 'bytes'>,
  now: number,
): MetadataMatter[] {
  const by = Math.floor(expires.getTime() / 1000)
  const since = by - LIFETIMES[role] * LEFT_SHARE
  if (now < since) return []
  const isOffline = role !== 'snapshot' && role !== 'timestamp'
  const severity = isOffline ? urgencyBy(by, now, NEAR) : 'urgent'
  const facts = { version, isOffline, isOver: now >= by }
  return [{ kind: 'metadataExpiring', severity, product, since, by, subject: { role }, facts }]
}
