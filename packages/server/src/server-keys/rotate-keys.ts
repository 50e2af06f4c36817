/**
 * Rotations, one transaction each: the next key is made beside the current one and waits until the desk has signed
 * metadata that lists it (key-ring.ts). Asked again before that, they find the key that waits.
 */
import { rotateOpenPgpKey } from '../advisories/rotate-openpgp-key.ts'
import type { Stores } from '../stores.ts'
import { replaceServerAuthority, storedAuthority } from '../tls/authorities.ts'
import { newAuthority } from '../tls/certificate-authority.ts'
import { planRotation } from './key-ring.ts'
import { rotateProductKey } from './product-keys.ts'
import type { SealedKeys } from './sealed-keys.ts'
import { type ProductPurpose, WHOLE_SERVER } from './server-key.ts'
import { type FleetStores, fleetListings } from './settle-fleet.ts'

/** Of the whole server. */
export const SERVER_PURPOSES = ['fleet-ca', 'server-ca', 'tls', 'advisories'] as const
export type ServerPurpose = (typeof SERVER_PURPOSES)[number]

export type Rotating =
  | { readonly purpose: ProductPurpose; readonly product: string }
  | { readonly purpose: ServerPurpose }

export interface RotationOptions {
  /** Nothing that was there before is to be believed longer than it takes to sign. */
  readonly isStolen: boolean
  readonly now: Date
}

export interface RotationDone {
  /** The key that signs, or will. */
  readonly id: string
  /** False: one waited already. */
  readonly isNew: boolean
}

export async function rotateKey(
  stores: FleetStores & Pick<Stores, 'serverKeys' | 'advisories'>,
  keys: SealedKeys,
  rotating: Rotating,
  { isStolen, now }: RotationOptions,
): Promise<RotationDone> {
  const { serverKeys } = stores
  const seconds = Math.floor(now.getTime() / 1000)
  if ('product' in rotating) {
    const { id, rotation } = await rotateProductKey(serverKeys, keys, rotating, {
      isStolen,
      now: seconds,
    })
    return { id, isNew: rotation.step === 'make' }
  }
  switch (rotating.purpose) {
    case 'fleet-ca':
      return rotateFleetAuthority(stores, keys, isStolen, now)
    case 'server-ca':
      return { id: await replaceServerAuthority(stores, keys, now), isNew: true }
    case 'advisories':
      return { id: await rotateOpenPgpKey(stores, keys, isStolen, seconds), isNew: true }
    case 'tls': {
      // The next look at the certificate makes another.
      const [former] = await serverKeys.ring('tls', WHOLE_SERVER)
      for (const key of await serverKeys.ring('tls', WHOLE_SERVER)) await serverKeys.remove(key)
      return { id: former?.id ?? '', isNew: true }
    }
  }
}

async function rotateFleetAuthority(
  stores: FleetStores,
  keys: SealedKeys,
  isStolen: boolean,
  now: Date,
): Promise<RotationDone> {
  const { serverKeys } = stores
  const name = { purpose: 'fleet-ca', product: WHOLE_SERVER } as const
  const ring = await serverKeys.ring(name.purpose, WHOLE_SERVER)
  const listings = [...(await fleetListings(stores)).values()]
  const plan = planRotation(ring, listings, isStolen)
  if (plan.step === 'waits') return { id: plan.id, isNew: false }
  for (const id of plan.drop) await serverKeys.remove({ ...name, id })
  const seconds = Math.floor(now.getTime() / 1000)
  for (const id of plan.leave) await serverKeys.setLeaving({ ...name, id }, seconds)
  const made = await newAuthority('fleet-ca', now)
  await serverKeys.add(await storedAuthority(keys, 'fleet-ca', made, now))
  return { id: made.id, isNew: true }
}
