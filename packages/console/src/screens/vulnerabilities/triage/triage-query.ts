/** Which findings somebody wants to see, as the address of the screen says it. Pure. */
import type { Finding } from '../../../api/operator-api.gen.ts'
import { isOpen, type Rating } from '../finding-words.ts'

export const STATES = ['open', 'decided', 'all', 'ended'] as const
export type TriageState = (typeof STATES)[number]
export type Least = Exclude<Rating, 'unknown'>
export const LEAST = ['critical', 'high', 'medium', 'low', 'none'] as const satisfies Least[]

export interface TriageQuery {
  readonly state: TriageState
  readonly isExploited: boolean
  /** At least so bad; '' for any. */
  readonly rating: Least | ''
  readonly release: string
}

type Words = Readonly<Record<string, string | undefined>>

export function triageQueryOf({ state, exploited, rating, release = '' }: Words): TriageQuery {
  return {
    state: STATES.find((known) => known === state) ?? 'open',
    isExploited: exploited === 'true',
    rating: LEAST.find((known) => known === rating) ?? '',
    release: release.slice(0, 100),
  }
}

/** As the address says it: what is usual is left out. */
export function wordsOf({ state, isExploited, rating, release }: TriageQuery): Words {
  return {
    state: state === 'open' ? undefined : state,
    exploited: isExploited ? 'true' : undefined,
    rating: rating === '' ? undefined : rating,
    release: release === '' ? undefined : release,
  }
}

/** What of it the API asks the database. */
export function askedOf({ state, rating, release, isExploited }: TriageQuery) {
  return {
    exploited: isExploited ? ('true' as const) : undefined,
    severity: rating === '' ? undefined : rating,
    release: release === '' ? undefined : release,
    ended: state === 'ended' ? ('true' as const) : undefined,
  }
}

/** What only the answers tell. */
export function isWanted({ state }: TriageQuery, finding: Finding): boolean {
  const hasEnded = finding.endedAt !== undefined
  if (state === 'ended') return hasEnded
  if (hasEnded) return false
  return state === 'all' || isOpen(finding) === (state === 'open')
}
