/**
 * Opens the server's seal at a start: finds the outer key, makes the first keys of a new server, brings a
 * rotation that was cut off to its end. A key that is missing is never replaced: what is sealed
 * under it could not be opened any more.
 */
import type { Logger } from 'pino'
import { DataKeys } from './data-keys.ts'
import type { OuterKeys } from './outer-keys.ts'
import { type Seal, sealUnder } from './seal.ts'
import { newSealingKeyBytes, sealingKey } from './sealing-key.ts'
import type { SealingKeyStore, StoredDataKey } from './sealing-key-store.ts'
import { SealingKeyError, type Wrapping } from './wrapping.ts'

export interface SealNeeds {
  readonly outer: OuterKeys
  /** On a connection of its own ({@link DataKeySource}). */
  stored(): Promise<readonly StoredDataKey[]>
  /** Alone, in one transaction. */
  change<Result>(work: (store: SealingKeyStore) => Promise<Result>): Promise<Result>
  readonly log: Logger
  /** Seconds since 1970. */
  readonly now: number
}

export interface OpenSeal extends Seal {
  /** Learns of keys that another process has made. */
  refresh(): Promise<void>
}

export async function openSeal(needs: SealNeeds): Promise<OpenSeal> {
  const { outer, log } = needs
  const stored = await needs.stored()
  if (stored.length === 0) await makeFirstKeys(needs)
  else await settleOuterKey(needs, stored)

  const keys = new DataKeys({
    stored: needs.stored,
    unwrap: (wrapped) => outer.unwrap(wrapped),
  })
  await keys.refresh()
  const { name } = await requirePrimary(outer)
  log.info({ event: 'seal-opened', key: name })
  return { ...sealUnder(keys), refresh: () => keys.refresh() }
}

async function makeFirstKeys({ outer, change, log, now }: SealNeeds): Promise<void> {
  const primary = (await outer.primary()) ?? (await outer.make())
  if (outer.isDefault) {
    log.warn(
      { event: 'seal-key-beside-data', file: outer.file },
      "The server's secrets are sealed under a key file in the same data folder. Copies of the database alone are useless to a thief, copies of the whole folder are not: name another place in the settings under secrets (docs/operating/secrets.md). Without this file a backup cannot be opened.",
    )
  }
  await change(async (store) => {
    // Another instance was first.
    if ((await store.all()).length > 0) return
    await store.add(await newDataKey(primary, now))
  })
}

/** Afterwards every data key is wrapped by the outer key that the settings name. */
async function settleOuterKey(needs: SealNeeds, stored: readonly StoredDataKey[]): Promise<void> {
  const { outer, change, log } = needs
  const next = await outer.next()
  const primary = await outer.primary()
  const isCutOff = next !== undefined && stored.every(({ wrapped }) => next.claims(wrapped))
  if (isCutOff) {
    await outer.adoptNext()
    return
  }
  if (primary === undefined) {
    throw new SealingKeyError(
      `The key file ${outer.file} is missing, and the secrets in the database are sealed under it. Restore it from the backup: nothing else opens them (docs/operating/secrets.md).`,
    )
  }
  const strange = stored.filter(({ wrapped }) => !primary.claims(wrapped))
  if (strange.length === 0) return
  const rewrapped = new Map<string, string>()
  for (const { id, wrapped } of strange) {
    rewrapped.set(id, await primary.wrap(await outer.unwrap(wrapped)))
  }
  await change(async (store) => {
    for (const [id, wrapped] of rewrapped) await store.rewrap(id, wrapped)
  })
  log.warn(
    { event: 'seal-key-changed', key: primary.name },
    'The secrets went over to the new outer key; secrets.former is needed no longer.',
  )
}

export async function newDataKey(wrapping: Wrapping, now: number): Promise<StoredDataKey> {
  const bytes = newSealingKeyBytes()
  const { id } = sealingKey(bytes)
  return { id, wrapped: await wrapping.wrap(bytes), createdAt: now, retiredAt: undefined }
}

export async function requirePrimary(outer: OuterKeys): Promise<Wrapping> {
  const primary = await outer.primary()
  if (primary !== undefined) return primary
  throw new SealingKeyError(`The key file ${outer.file} is not there.`)
}
