import type {
  DeviceSign,
  ExploitedSuggestion,
  ReportedSuggestion,
  Suggestion,
  SuggestionState,
} from './suggestion.ts'

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

export type NewSuggestion = Omit<ReportedSuggestion, 'number'> | Omit<ExploitedSuggestion, 'number'>

export interface SuggestionStore {
  add(suggestion: NewSuggestion): Promise<void>
  find(id: string): Promise<Suggestion | undefined>
  list(query: SuggestionQuery): Promise<readonly Suggestion[]>
  /** The newest of its product and sign. */
  latest(product: string, sign: DeviceSign): Promise<ReportedSuggestion | undefined>
  /** That of the vulnerability with one of these names. */
  exploited(product: string, names: readonly string[]): Promise<ExploitedSuggestion | undefined>
  /** False when it is not of this revision any more. */
  replace(revision: number, suggestion: Suggestion): Promise<boolean>
  /** What devices refused with one of these codes since then, by device and code. */
  refusedSince(at: number, codes: readonly string[], limit: number): Promise<readonly Seen[]>
  /** Devices whose agent, configuration or slot is no longer what it was. */
  corrupt(limit: number): Promise<readonly Seen[]>
}
