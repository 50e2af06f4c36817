/** What is said of findings in a word, and what it looks like. Pure. */
import type { Finding, FindingDecision } from '../../api/operator-api.gen.ts'
import type { Tone } from '../../pieces/tag.tsx'

export type Rating = Finding['rating']
export type Status = FindingDecision['status']
export type Justification = Extract<FindingDecision, { status: 'not_affected' }>['justification']

/** In the order of the keys 1 to 5. */
export const STATUSES = [
  ...(['not_affected', 'affected', 'fixed', 'under_investigation', 'accepted'] as const),
] as const satisfies readonly Status[]

export const JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const satisfies readonly Justification[]

export const RATING_TONES: Readonly<Record<Rating, Tone>> = {
  ...{ critical: 'bad', high: 'bad', medium: 'waits', low: 'busy', none: 'quiet' },
  unknown: 'waits',
}

const STATUS_TONES: Readonly<Record<Status, Tone>> = {
  ...{ not_affected: 'good', affected: 'bad', fixed: 'good', under_investigation: 'waits' },
  accepted: 'busy',
}

export function isStatus(word: unknown): word is Status {
  return (STATUSES as readonly unknown[]).includes(word)
}

export function statusTone(status: string): Tone {
  return isStatus(status) ? STATUS_TONES[status] : 'quiet'
}

/** Nobody has answered, or somebody is still looking: both leave it open, as the gate sees it. */
export function isOpen({ answers }: Pick<Finding, 'answers'>): boolean {
  return answers.some(({ status }) => status === undefined || status === 'under_investigation')
}

/** Each status once, with the releases that have it; undefined: nobody said anything of them. */
export function answersByStatus({
  answers,
}: Pick<Finding, 'answers'>): ReadonlyMap<string | undefined, readonly string[]> {
  const grouped = Map.groupBy(answers, ({ status }) => status)
  return new Map(
    [...grouped].map(([status, some]) => [status, some.map(({ version }) => version)] as const),
  )
}
