/** A key that seals: 256 bits of chance, named by what it is, so that the same key has the same name everywhere. */
import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

export const SEALING_KEY_BYTES = 32

export interface SealingKey {
  /** 16 hex digits; says nothing about the key, which is too long to be guessed. */
  readonly id: string
  readonly key: KeyObject
}

export interface SealingKeys {
  /** What is sealed from now on, is sealed under this one. */
  current(): Promise<SealingKey>
  find(id: string): Promise<SealingKey | undefined>
}

export function newSealingKeyBytes(): Uint8Array {
  return randomBytes(SEALING_KEY_BYTES)
}

export function sealingKey(bytes: Uint8Array): SealingKey {
  if (bytes.length !== SEALING_KEY_BYTES) {
    throw new Error(`A sealing key has ${SEALING_KEY_BYTES} bytes, this one ${bytes.length}.`)
  }
  const digest = createHash('sha256').update('fleetward sealing key\n').update(bytes)
  return { id: digest.digest('hex').slice(0, 16), key: createSecretKey(bytes) }
}

/** Only this one: for what wraps a data key, and for tests. */
export function onlyKey(key: SealingKey): SealingKeys {
  return { current: async () => key, find: async (id) => (id === key.id ? key : undefined) }
}
