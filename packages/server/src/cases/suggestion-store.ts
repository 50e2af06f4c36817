import type { Sign, Suggestion, SuggestionState } from './suggestion.ts'

export interface SuggestionQuery {
  readonly products: readonly string[] | '*'
  readonly state: SuggestionState | undefined
  /** Id: only those from before this one; the newest come first. */
  readonly before: string | undefined
  readonly limit: number
}

/** What devices of a product say of one code. */
export interface Seen {
  readonly product: string
  readonly device: string
  /** Undefined: its integrity is corrupt. */
  readonly code: string | undefined
  readonly reports: number
  readonly firstAt: number
  readonly lastAt: number
}

export interface SuggestionStore {
  add(suggestion: Omit<Suggestion, 'number'>): Promise<void>
  find(id: string): Promise<Suggestion | undefined>
  list(query: SuggestionQuery): Promise<readonly Suggestion[]>
  /** The newest of its product and sign. */
  latest(product: string, sign: Sign): Promise<Suggestion | undefined>
  /** False when it is not of this revision any more. */
  replace(revision: number, suggestion: Suggestion): Promise<boolean>
  /** What devices refused with one of these codes since then, by device and code. */
  refusedSince(at: number, codes: readonly string[], limit: number): Promise<readonly Seen[]>
  /** Devices whose agent, configuration or slot is no longer what it was. */
  corrupt(limit: number): Promise<readonly Seen[]>
}
