/**
 * The next OpenPGP key, in one transaction with what it signs anew: every document that is served has a signature by the
 * newest key from then on. What was stolen is gone, and nothing names it any more.
 */
import type { SealedKeys } from '../server-keys/sealed-keys.ts'
import type { Stores } from '../stores.ts'
import { OpenPgpKeys } from './openpgp-keys.ts'

export async function rotateOpenPgpKey(
  stores: Pick<Stores, 'serverKeys' | 'advisories'>,
  sealed: SealedKeys,
  isStolen: boolean,
  now: number,
): Promise<string> {
  const keys = new OpenPgpKeys(sealed)
  const former = await keys.publicKeys(stores)
  const id = await keys.rotate(stores, now)
  for (const { trackingId } of await stores.advisories.current()) {
    const stored = await stores.advisories.document(trackingId)
    if (stored === undefined) continue
    const { signature, signedBy } = await keys.sign(stores, stored.document, now)
    await stores.advisories.resign(trackingId, signature, signedBy)
  }
  if (isStolen) await keys.remove(stores, former)
  return id
}
