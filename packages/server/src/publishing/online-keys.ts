/**
 * The keys this server signs with for a product. It has to start without a person, so they are within its reach,
 * sealed. Whoever steals them can choose among what the manufacturer signed and can hold devices back until
 * the metadata expires; they install nothing on their own.
 */
import type { SigningKey } from '@fleetward/platform'
import { encodeKeySet, type PublicKey } from '@fleetward/shared'
import { signingKey, toBeListed } from '../server-keys/key-ring.ts'
import { newProductKey, publicKeyOf } from '../server-keys/product-keys.ts'
import type { SealedKeys } from '../server-keys/sealed-keys.ts'
import { PRODUCT_PURPOSES, type ProductPurpose } from '../server-keys/server-key.ts'
import type { ServerKeyStore } from '../server-keys/server-key-store.ts'

/** Inside a transaction those of the transaction. */
export interface KeyStores {
  readonly serverKeys: ServerKeyStore
}

export class OnlineKeys {
  readonly #keys: SealedKeys

  constructor(keys: SealedKeys) {
    this.#keys = keys
  }

  /** Makes the keys that are not there; one that is there is never replaced. `now`: seconds. */
  async ensure({ serverKeys }: KeyStores, product: string, now: number): Promise<void> {
    for (const purpose of PRODUCT_PURPOSES) {
      if ((await serverKeys.ring(purpose, product)).length > 0) continue
      await serverKeys.add(await newProductKey(this.#keys, { product, purpose, createdAt: now }))
    }
  }

  /** The newest key that devices can know from published metadata, with its id there. */
  async signing(
    { serverKeys }: KeyStores,
    product: string,
    purpose: ProductPurpose,
  ): Promise<{ readonly kid: string; readonly key: SigningKey }> {
    const ring = await serverKeys.ring(purpose, product)
    const chosen = signingKey(ring, await serverKeys.listed(product, purpose))
    return { kid: chosen.id, key: await this.#keys.open(chosen) }
  }

  /** What signs snapshot and timestamp. */
  async repositoryKeys(stores: KeyStores, product: string) {
    const timestamp = await this.signing(stores, product, 'timestamp')
    const snapshot = await this.signing(stores, product, 'snapshot')
    return { timestamp: timestamp.key, snapshot: snapshot.key }
  }

  /** All that are this server's, whether or not they sign yet. */
  async publicKeys(
    { serverKeys }: KeyStores,
    product: string,
    purpose: ProductPurpose,
  ): Promise<readonly PublicKey[]> {
    return (await serverKeys.ring(purpose, product)).map(publicKeyOf)
  }

  /** What the manufacturer signs under `trust/` (protocol §3.5). `now`: seconds. */
  async keySet(
    { serverKeys }: KeyStores,
    product: string,
    purpose: 'director' | 'commands',
    now: number,
  ): Promise<string> {
    const keys = toBeListed(await serverKeys.ring(purpose, product), now)
    return new TextDecoder().decode(encodeKeySet(keys.map((key) => publicKeyOf(key).bytes)))
  }

  /** What the manufacturer names in root metadata: the newest, since one signature of the root is enough. */
  async namedInRoot(
    stores: KeyStores,
    product: string,
    purpose: 'timestamp' | 'snapshot',
  ): Promise<PublicKey> {
    const newest = (await this.publicKeys(stores, product, purpose)).at(-1)
    if (newest === undefined) throw new Error(`${product} has no ${purpose} key`)
    return newest
  }
}
