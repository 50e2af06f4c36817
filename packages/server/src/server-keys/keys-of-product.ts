/** The keys this server signs with for a product, and what the desk has to sign because it lists others. */
import type { Stores } from '../stores.ts'
import { roleToSign, viewOf } from './key-view.ts'
import { PRODUCT_PURPOSES, WHOLE_SERVER } from './server-key.ts'

/** `now`: seconds since 1970. */
export async function keysOfProduct(
  { serverKeys }: Pick<Stores, 'serverKeys'>,
  product: string,
  now: number,
) {
  const keys = []
  const toSign = new Set<'root' | 'targets'>()
  for (const purpose of [...PRODUCT_PURPOSES, 'fleet-ca'] as const) {
    const of = purpose === 'fleet-ca' ? WHOLE_SERVER : product
    const ring = await serverKeys.ring(purpose, of)
    const listed = await serverKeys.listed(product, purpose)
    keys.push(...viewOf(ring, listed).map((key) => ({ purpose, ...key })))
    const role = roleToSign(purpose, ring, listed, now)
    if (role !== undefined) toSign.add(role)
  }
  return { keys, toSign: [...toSign].toSorted() }
}
