/** The data keys in the database, each sealed under the outer key. */
export interface StoredDataKey {
  readonly id: string
  /** What {@link Wrapping.wrap} made of it. */
  readonly wrapped: string
  /** Seconds since 1970. */
  readonly createdAt: number
  /** From then on nothing new is sealed under it. */
  readonly retiredAt: number | undefined
}

export interface SealingKeyStore {
  /** Oldest first. */
  all(): Promise<readonly StoredDataKey[]>
  add(key: StoredDataKey): Promise<void>
  /** The same key, wrapped by another outer key. */
  rewrap(id: string, wrapped: string): Promise<void>
  retire(id: string, at: number): Promise<void>
  remove(id: string): Promise<void>
}
