/**
 * What seals the data keys. The secrets themselves are sealed under data keys of the database (an envelope), so
 * that a new key outside, or another kind of it, means sealing a handful of data keys anew and no more.
 */
export interface Wrapping {
  /** For people and logs: which key, where from; no secret. */
  readonly name: string
  wrap(dataKey: Uint8Array): Promise<string>
  /** Whether it may be this one's to unwrap. */
  claims(wrapped: string): boolean
  unwrap(wrapped: string): Promise<Uint8Array>
}

/** The key that everything is sealed under cannot be used; a sentence for a person, and nothing of the key. */
export class SealingKeyError extends Error {
  override readonly name = 'SealingKeyError'
}
