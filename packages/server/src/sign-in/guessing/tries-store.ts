import type { Tries } from './slow-down.ts'

/** What is remembered of tries, by side: the name, the network or the browser they came with, as digests. */
export interface TriesStore {
  /** In the order of the sides. */
  find(sides: readonly string[]): Promise<readonly Tries[]>
  save(side: string, tries: Tries): Promise<void>
  /** What was last tried before; and where there are too many, the longest untried: names cost an attacker nothing. */
  forget(before: number): Promise<void>
}
