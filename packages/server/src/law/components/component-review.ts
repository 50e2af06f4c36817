/** What somebody looked at before, and since, a third-party component was built in (Art. 13(5), CRA P-148 to P-155). */
import { z } from 'zod'
import { httpsAddress, line, words } from '../../http/written.ts'
import { day, isPast } from '../day.ts'

export const SUPPORT_WORDS = ['supported', 'ended', 'unknown'] as const
export const UPDATE_WORDS = ['regular', 'rare', 'none', 'unknown'] as const
export const CE_WORDS = ['marked', 'not-marked', 'not-applicable'] as const
export const DECISIONS = ['accepted', 'accepted-for-now', 'refused'] as const

export const reviewSchema = z
  .strictObject({
    decision: z.enum(DECISIONS),
    support: z.enum(SUPPORT_WORDS),
    supportEnds: day.optional(),
    updates: z.enum(UPDATE_WORDS).meta({ description: 'How it was kept up to date so far' }),
    knownHoles: words().meta({
      description: 'What was known when it was built in, and what was done',
    }),
    licence: line(),
    ceMarking: z.enum(CE_WORDS),
    maintainer: line().optional().meta({ description: 'Who makes or maintains it; a steward' }),
    securityPolicy: httpsAddress.optional(),
    integrity: line().optional().meta({ description: 'How its source was verified' }),
    reviewer: line(),
    nextReviewOn: day,
    note: words().optional(),
  })
  .meta({ id: 'ComponentReviewWords' })

export interface ComponentReview extends z.output<typeof reviewSchema> {
  /** Of the component as the release had it. */
  readonly version?: string | undefined
  /** It was one of many: the supplier by which they were chosen. */
  readonly bySupplier?: string | undefined
}

export const REVIEW_STATES = ['none', 'current', 'overdue', 'other-version', 'refused'] as const
export type ReviewState = (typeof REVIEW_STATES)[number]

export function reviewState(
  review: ComponentReview | undefined,
  version: string | undefined,
  now: number,
): ReviewState {
  if (review === undefined) return 'none'
  if (review.decision === 'refused') return 'refused'
  if (isPast(review.nextReviewOn, now)) return 'overdue'
  return majorOf(review.version) === majorOf(version) ? 'current' : 'other-version'
}

/** A new major version is looked at anew; what is no number counts as a whole. */
function majorOf(version: string | undefined): string {
  return /^v?(\d+)\./.exec(version ?? '')?.[1] ?? version ?? ''
}
