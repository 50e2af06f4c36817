import type { Tries } from './slow-down.ts'

/** What is remembered of tries, by side: the name, the network or the browser they came with, as digests. */
export interface TriesStore {
  /** In the order of the keys. */
  find(keys: readonly string[]): Promise<readonly Tries[]>
  /** The ones longest untried make room: an attacker brings as many names as he likes. */
  save(key: string, tries: Tries): Promise<void>
}
