/**
 * After metadata of a product was published, in the same transaction: which keys it lists now, and which are
 * of no more use. Repeated at each tick, so that nothing depends on the moment of a publication.
 */
import {
  COMMAND_LIFETIME_SECONDS,
  MANIFEST_LIFETIME_SECONDS,
  parseMetadata,
  type Targets,
} from '@fleetward/shared'
import type { MetadataStore } from '../releases/metadata-store.ts'
import { type Listed, settleRing } from './key-ring.ts'
import { authoritiesIn, identitiesIn, idsInKeySet } from './listed-keys.ts'
import { publicKeyOf } from './product-keys.ts'
import { PRODUCT_PURPOSES, type ProductPurpose } from './server-key.ts'
import type { ServerKeyStore } from './server-key-store.ts'

/** How long a device may still meet what a key signed last. Metadata is signed anew with the root that names the next key. */
const IN_FLIGHT_SECONDS: Readonly<Record<ProductPurpose, number>> = {
  timestamp: 0,
  snapshot: 0,
  director: MANIFEST_LIFETIME_SECONDS,
  commands: COMMAND_LIFETIME_SECONDS,
}

export interface SettleNeeds {
  readonly metadata: MetadataStore
  readonly serverKeys: ServerKeyStore
  /** A stored file; undefined when it is not there. */
  read(sha256: string): Promise<Uint8Array | undefined>
}

/** Returns the keys that went, for the log. */
export async function settleProductKeys(
  needs: SettleNeeds,
  product: string,
  now: number,
): Promise<readonly string[]> {
  const { serverKeys: store } = needs
  await noteListed(needs, product)
  const gone: string[] = []
  for (const purpose of PRODUCT_PURPOSES) {
    const ring = await store.ring(purpose, product)
    if (ring.length < 2) continue
    const listed = await store.listed(product, purpose)
    const changes = settleRing(ring, [listed], now, IN_FLIGHT_SECONDS[purpose])
    for (const { id, at } of changes.leaving) await store.setLeaving({ purpose, product, id }, at)
    // What leaves at once may go at once.
    const left = await store.ring(purpose, product)
    for (const id of settleRing(left, [listed], now, IN_FLIGHT_SECONDS[purpose]).gone) {
      await store.remove({ purpose, product, id })
      gone.push(`${purpose}/${id}`)
    }
  }
  return gone
}

async function noteListed(needs: SettleNeeds, product: string): Promise<void> {
  const { metadata, serverKeys: store } = needs
  const root = await metadata.current(product, 'root')
  if (root !== undefined) {
    const { signed } = parseMetadata('root', root.bytes)
    for (const purpose of ['timestamp', 'snapshot'] as const) {
      const named = identitiesIn(signed, purpose)
      const ring = await store.ring(purpose, product)
      const ids = ring.filter((key) => named.has(publicKeyOf(key).identity)).map(({ id }) => id)
      await store.setListed(product, purpose, new Set(ids))
    }
  }
  const targets = await metadata.current(product, 'targets')
  if (targets === undefined) return
  const { signed } = parseMetadata('targets', targets.bytes)
  for (const [purpose, name, idsIn] of TRUST_FILES) {
    const bytes = await fileOf(needs, signed, `trust/${name}`)
    if (bytes !== undefined) await store.setListed(product, purpose, await idsIn(bytes))
  }
}

const TRUST_FILES = [
  ['director', 'director.jwks', idsInKeySet],
  ['commands', 'commands.jwks', idsInKeySet],
  ['fleet-ca', 'fleet-ca.pem', (bytes: Uint8Array) => authoritiesIn(Buffer.from(bytes).toString())],
] as const satisfies readonly (readonly [
  string,
  string,
  (bytes: Uint8Array) => Listed | Promise<Listed>,
])[]

async function fileOf(
  { read }: SettleNeeds,
  { targets }: Targets,
  path: string,
): Promise<Uint8Array | undefined> {
  const sha256 = targets.get(path)?.hashes.get('sha256')
  return sha256 === undefined ? undefined : read(sha256)
}
