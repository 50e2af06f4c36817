/**
 * `rotate seal`: a new data key, a new outer key where that is a file of ours, and every secret sealed anew. Each step
 * is durable before the next and can be repeated, so a rotation that was killed goes on when it is started
 * again; meanwhile every secret opens, under whichever key it is sealed.
 */
import { newestInUse } from './data-keys.ts'
import { newDataKey, type OpenSeal, requirePrimary } from './open-seal.ts'
import type { OuterKeys } from './outer-keys.ts'
import type { SealedSecrets } from './sealed-secrets.ts'
import type { SealingKeyStore, StoredDataKey } from './sealing-key-store.ts'

/**
 * A running server hears of the new key at its next tick, and may seal under the old one until then; an
 * instance that is cut off from the database cannot write what it has sealed.
 */
export const RETIRED_KEY_STAYS_SECONDS = 86_400

export interface SealRotationNeeds {
  readonly outer: OuterKeys
  readonly seal: OpenSeal
  readonly secrets: SealedSecrets
  stored(): Promise<readonly StoredDataKey[]>
  change<Result>(work: (store: SealingKeyStore) => Promise<Result>): Promise<Result>
  /** Seconds since 1970. */
  readonly now: number
}

export interface SealRotation {
  /** Secrets that were sealed anew. */
  readonly resealed: number
  readonly key: string
  readonly outerKey: string
}

export async function rotateSeal(needs: SealRotationNeeds): Promise<SealRotation> {
  await replaceKeys(needs)
  await needs.seal.refresh()
  const resealed = await sealAnew(needs)
  await dropOldKeys(needs)
  const key = newestInUse(await needs.stored())?.id ?? ''
  return { resealed, key, outerKey: (await requirePrimary(needs.outer)).name }
}

/** All data keys go under the next outer key in the transaction that adds the new one. */
async function replaceKeys({ outer, stored, change, now }: SealRotationNeeds): Promise<void> {
  const wrapping = outer.file === undefined ? await requirePrimary(outer) : await outer.makeNext()
  const rewrapped = new Map<string, string>()
  for (const { id, wrapped } of await stored()) {
    rewrapped.set(id, await wrapping.wrap(await outer.unwrap(wrapped)))
  }
  const fresh = await newDataKey(wrapping, now)
  await change(async (store) => {
    const known = await store.all()
    if (known.some(({ id }) => !rewrapped.has(id))) {
      throw new Error('Another rotation of the seal runs. Start this one again when it has ended.')
    }
    for (const { id } of known) {
      await store.rewrap(id, rewrapped.get(id) ?? '')
      await store.retire(id, now)
    }
    await store.add(fresh)
  })
  if (outer.file !== undefined) await outer.adoptNext()
}

async function sealAnew({ seal, secrets, stored }: SealRotationNeeds): Promise<number> {
  const current = newestInUse(await stored())?.id ?? ''
  let resealed = 0
  for (;;) {
    const some = await secrets.notUnder(current)
    if (some.length === 0) return resealed
    for (const { purpose, sealed, replace } of some) {
      const plain = await seal.open(purpose, sealed)
      if (await replace(await seal.seal(purpose, plain))) resealed += 1
    }
  }
}

async function dropOldKeys({ stored, change, now }: SealRotationNeeds): Promise<void> {
  const old = (await stored()).filter(
    ({ retiredAt }) => retiredAt !== undefined && retiredAt + RETIRED_KEY_STAYS_SECONDS <= now,
  )
  if (old.length === 0) return
  await change(async (store) => {
    for (const { id } of old) await store.remove(id)
  })
}
