/**
 * What may be a case: a row with facts, without a clock, until a person decides. Devices reported it, or a finding came
 * onto a list of what is exploited.
 */

export const SUGGESTION_STATES = ['open', 'taken-up', 'dismissed'] as const
export type SuggestionState = (typeof SUGGESTION_STATES)[number]

export const DEVICE_SIGNS = [
  ...(['rejected-signatures', 'integrity-corrupt', 'rollback-attempts'] as const),
] as const
export type DeviceSign = (typeof DEVICE_SIGNS)[number]
export const KNOWN_EXPLOITED = 'known-exploited'
export const SIGNS = [...DEVICE_SIGNS, KNOWN_EXPLOITED] as const

export interface ReportedFacts {
  readonly devices: number
  readonly reports: number
  /** Codes that devices gave, with how many reports. */
  readonly refusals: Readonly<Record<string, number>>
  /** The first of them by id. */
  readonly examples: readonly string[]
}

export interface ExploitedFacts {
  /** A CVE where there is one. */
  readonly vulnerability: string
  readonly rating: string
  /** Ids, one for each component that has it. */
  readonly findings: readonly string[]
  readonly components: readonly string[]
}

export type SuggestionFacts = ReportedFacts | ExploitedFacts

interface Decidable {
  /** Its order. */
  readonly number: number
  /** 16 hex digits. */
  readonly id: string
  readonly product: string
  /** Seconds since 1970, as all times here. */
  readonly firstAt: number
  readonly lastAt: number
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

export interface ReportedSuggestion extends Decidable {
  readonly sign: DeviceSign
  readonly facts: ReportedFacts
}

/** One for each vulnerability of a product. */
export interface ExploitedSuggestion extends Decidable {
  readonly sign: typeof KNOWN_EXPLOITED
  readonly facts: ExploitedFacts
}

export type Suggestion = ReportedSuggestion | ExploitedSuggestion
