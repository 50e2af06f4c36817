/** How the keys of a product are made and named. */
import { generateKey, type SigningKey } from '@fleetward/platform'
import { ed25519Key, keyIdOf, keySetKeyId, type PublicKey, tufKeyOf } from '@fleetward/shared'
import { planRotation, type Rotation } from './key-ring.ts'
import type { SealedKeys } from './sealed-keys.ts'
import type { ProductPurpose, ServerKey } from './server-key.ts'
import type { ServerKeyStore } from './server-key-store.ts'

/** As a token's `kid` or as metadata names it. */
export function productKeyId(purpose: ProductPurpose, { bytes }: PublicKey): string {
  const isTuf = purpose === 'timestamp' || purpose === 'snapshot'
  return isTuf ? keyIdOf(tufKeyOf(ed25519Key(bytes))) : keySetKeyId(bytes)
}

export function publicKeyOf(key: ServerKey): PublicKey {
  return ed25519Key(new Uint8Array(Buffer.from(key.public, 'base64url')))
}

/** `key`: one that is there already, from before keys were sealed. */
export async function newProductKey(
  keys: SealedKeys,
  {
    product,
    purpose,
    createdAt,
  }: Pick<ServerKey, 'product' | 'createdAt'> & {
    readonly purpose: ProductPurpose
  },
  key: SigningKey = generateKey('ed25519'),
): Promise<ServerKey> {
  const id = productKeyId(purpose, key.publicKey)
  const text = Buffer.from(key.publicKey.bytes).toString('base64url')
  return keys.sealed({ purpose, product, id, public: text }, key, createdAt)
}

/** The key that is to come. Asked again before it is published, it is the same one. */
export async function rotateProductKey(
  store: ServerKeyStore,
  keys: SealedKeys,
  name: { readonly product: string; readonly purpose: ProductPurpose },
  { isStolen, now }: { readonly isStolen: boolean; readonly now: number },
): Promise<{ readonly id: string; readonly rotation: Rotation }> {
  const { product, purpose } = name
  const ring = await store.ring(purpose, product)
  const rotation = planRotation(ring, [await store.listed(product, purpose)], isStolen)
  if (rotation.step === 'waits') return { id: rotation.id, rotation }
  for (const id of rotation.drop) await store.remove({ ...name, id })
  for (const id of rotation.leave) await store.setLeaving({ ...name, id }, now)
  const next = await newProductKey(keys, { ...name, createdAt: now })
  await store.add(next)
  return { id: next.id, rotation }
}
