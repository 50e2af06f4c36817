/**
 * The fleet CAs of the whole server after any product's metadata was published. A former one goes when nothing lists it
 * and no device shows a certificate of it any more, or when an operator retired it regardless.
 */
import { DEVICE_CERTIFICATE_LIFETIME_SECONDS } from '../enrolment/certificate-lifetime.ts'
import type { Stores } from '../stores.ts'
import { type Listed, settleRing } from './key-ring.ts'
import { WHOLE_SERVER } from './server-key.ts'

export type FleetStores = Pick<Stores, 'products' | 'metadata' | 'serverKeys'>

/** Of each product that has published what devices trust. */
export async function fleetListings(stores: FleetStores): Promise<ReadonlyMap<string, Listed>> {
  const listings = new Map<string, Listed>()
  for (const { id } of await stores.products.all()) {
    if ((await stores.metadata.current(id, 'targets')) === undefined) continue
    listings.set(id, await stores.serverKeys.listed(id, 'fleet-ca'))
  }
  return listings
}

/** Returns those that went, for the log. */
export async function settleFleetAuthorities(
  stores: FleetStores,
  now: number,
): Promise<readonly string[]> {
  const { serverKeys } = stores
  const ring = await serverKeys.ring('fleet-ca', WHOLE_SERVER)
  if (ring.length < 2) return []
  const listings = [...(await fleetListings(stores)).values()]
  const changes = settleRing(ring, listings, now, DEVICE_CERTIFICATE_LIFETIME_SECONDS)
  const named = (id: string) => ({ purpose: 'fleet-ca', product: WHOLE_SERVER, id }) as const
  for (const { id, at } of changes.leaving) await serverKeys.setLeaving(named(id), at)
  const gone: string[] = []
  for (const id of changes.gone) {
    if ((await serverKeys.devicesOf(id, now)) > 0) continue
    await serverKeys.remove(named(id))
    gone.push(`fleet-ca/${id}`)
  }
  return gone
}

/**
 * Former fleet CAs are to leave the metadata now. Devices keep their certificates until they have renewed them;
 * with `evenDevices` those that have not are locked out at once and have to be enrolled anew.
 */
export async function retireFleetAuthorities(
  stores: FleetStores,
  now: number,
  { evenDevices }: { readonly evenDevices: boolean },
): Promise<{ readonly leaving: readonly string[]; readonly removed: readonly string[] }> {
  const { serverKeys } = stores
  const ring = await serverKeys.ring('fleet-ca', WHOLE_SERVER)
  const listings = [...(await fleetListings(stores)).values()]
  const newest = ring.at(-1)
  const isListedEverywhere = listings.every((listed) => newest && listed.has(newest.id))
  if (ring.length < 2 || !isListedEverywhere) return { leaving: [], removed: [] }
  const leaving: string[] = []
  const removed: string[] = []
  for (const { id, leavesAt } of ring.slice(0, -1)) {
    const key = { purpose: 'fleet-ca', product: WHOLE_SERVER, id } as const
    if (leavesAt === undefined || leavesAt > now) {
      await serverKeys.setLeaving(key, now)
      leaving.push(id)
    }
    if (!evenDevices || listings.some((listed) => listed.has(id))) continue
    await serverKeys.remove(key)
    removed.push(id)
  }
  return { leaving, removed }
}
