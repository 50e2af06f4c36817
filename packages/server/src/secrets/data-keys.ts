/**
 * The data keys of this process. Another process (`rotate seal`, another instance) may add one at any time: a secret
 * sealed under a key that is not known here makes this one look into the database again.
 */
import type { SealingKey, SealingKeys } from './sealing-key.ts'
import { sealingKey } from './sealing-key.ts'
import type { StoredDataKey } from './sealing-key-store.ts'
import { SealingKeyError } from './wrapping.ts'

export interface DataKeySource {
  /**
   * What is in the database now. On a connection of its own: it is also asked for in the middle of a
   * transaction, for whose end it must not wait.
   */
  stored(): Promise<readonly StoredDataKey[]>
  unwrap(wrapped: string): Promise<Uint8Array>
}

export class DataKeys implements SealingKeys {
  readonly #source: DataKeySource
  readonly #keys = new Map<string, SealingKey>()
  #current: string | undefined

  constructor(source: DataKeySource) {
    this.#source = source
  }

  async refresh(): Promise<void> {
    const stored = await this.#source.stored()
    for (const { id, wrapped } of stored) {
      if (!this.#keys.has(id)) this.#keys.set(id, await this.#open(id, wrapped))
    }
    this.#current = newestInUse(stored)?.id
  }

  async current(): Promise<SealingKey> {
    if (this.#current === undefined) await this.refresh()
    const key = this.#keys.get(this.#current ?? '')
    if (key === undefined) throw new SealingKeyError('The database has no key to seal under.')
    return key
  }

  async find(id: string): Promise<SealingKey | undefined> {
    if (!this.#keys.has(id)) await this.refresh()
    return this.#keys.get(id)
  }

  async #open(id: string, wrapped: string): Promise<SealingKey> {
    const key = sealingKey(await this.#source.unwrap(wrapped))
    if (key.id === id) return key
    throw new SealingKeyError(
      `The data key ${id} of the database is another one than its name says.`,
    )
  }
}

export function newestInUse(stored: readonly StoredDataKey[]): StoredDataKey | undefined {
  return stored.findLast(({ retiredAt }) => retiredAt === undefined)
}
