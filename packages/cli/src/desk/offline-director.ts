/** The keys that sign the manifests of offline bundles (protocol §14): the desk's own, listed under `trust/`. */
import { encodeKeySet, type PublicKey } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import type { DeskFolder } from './desk-folder.ts'
import { findPublicKey } from './key-file.ts'

export const OFFLINE_DIRECTOR = 'offline-director.jwks'

/** The set as it is signed into `trust/`. */
export async function offlineDirectorSet(
  desk: DeskFolder,
  names: readonly string[],
): Promise<Uint8Array> {
  const keys = await Promise.all(names.map((name) => findPublicKey(desk, name)))
  return encodeKeySet(keys.map(({ name, publicKey }) => requireEd25519(name, publicKey)))
}

/** The one algorithm of manifests; returns the raw key. */
export function requireEd25519(name: string, { kind, bytes }: PublicKey): Uint8Array {
  if (kind === 'ed25519') return bytes
  throw new Refusal('KEY_TYPE_UNSUITED', `The key ${name} cannot sign manifests`, {
    next: 'Make an Ed25519 key: fleetward keys generate offline-director-1.',
    facts: { key: name, kind },
  })
}
