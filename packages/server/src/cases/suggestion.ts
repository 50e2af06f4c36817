/** What devices reported and may be an incident: a row with facts, without a clock, until a person decides. */

export const SUGGESTION_STATES = ['open', 'taken-up', 'dismissed'] as const
export type SuggestionState = (typeof SUGGESTION_STATES)[number]

export const SIGNS = ['rejected-signatures', 'integrity-corrupt', 'rollback-attempts'] as const
export type Sign = (typeof SIGNS)[number]

export interface SuggestionFacts {
  readonly devices: number
  readonly reports: number
  /** Codes that devices gave, with how many reports. */
  readonly refusals: Readonly<Record<string, number>>
  /** The first of them by id. */
  readonly examples: readonly string[]
}

export interface Suggestion {
  /** Its order. */
  readonly number: number
  /** 16 hex digits. */
  readonly id: string
  readonly product: string
  readonly sign: Sign
  /** Seconds since 1970, as all times here. */
  readonly firstAt: number
  readonly lastAt: number
  readonly facts: SuggestionFacts
  readonly state: SuggestionState
  /** Why it was dismissed. */
  readonly reason: string | undefined
  readonly decidedAt: number | undefined
  /** Account id. */
  readonly decidedBy: string | undefined
  /** The case that it became. */
  readonly caseId: string | undefined
  readonly revision: number
}
