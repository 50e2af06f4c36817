/**
 * Until when a fix has to be on devices, by how bad the worst hole is that it closes (CRA P-112). Counted from the
 * creation of the rollout; where a hole is exploited only since then, from when that was known here. Pure.
 */
import type { RatingOrUnknown } from '../../findings/finding.ts'

export const GRADES = ['exploited', 'critical', 'high', 'medium', 'low'] as const
export type Grade = (typeof GRADES)[number]

/** Seconds; null: no deadline by itself. */
export type DeadlinePolicy = Readonly<Record<Grade, number | null>>

const HOUR = 3_600
const DAY = 24 * HOUR
export const DEFAULT_DEADLINES: DeadlinePolicy = {
  ...{ exploited: 24 * HOUR, critical: 72 * HOUR, high: 7 * DAY, medium: null, low: null },
}

/** Whether anything has more time than before. */
export function givesMoreTime(before: DeadlinePolicy, after: DeadlinePolicy): boolean {
  const given = (seconds: number | null) => seconds ?? Number.POSITIVE_INFINITY
  return GRADES.some((grade) => given(after[grade]) > given(before[grade]))
}

export interface FixedVulnerability {
  readonly name: string
  readonly rating: RatingOrUnknown
  readonly isExploited: boolean
  /** Seconds since 1970, as all times here. */
  readonly exploitedAt: number | undefined
}

export interface DueDeadline {
  readonly deadline: number
  /** What gives it. */
  readonly vulnerability: string
  readonly grade: Grade
  readonly seconds: number
}

/** The earliest that any of them gives. */
export function dueDeadline(
  policy: DeadlinePolicy,
  fixed: readonly FixedVulnerability[],
  startedAt: number,
): DueDeadline | undefined {
  return fixed
    .flatMap((one) => duesOf(policy, one, startedAt))
    .toSorted(
      (a, b) => a.deadline - b.deadline || GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade),
    )
    .at(0)
}

function duesOf(
  policy: DeadlinePolicy,
  { name, rating, isExploited, exploitedAt }: FixedVulnerability,
  startedAt: number,
): readonly DueDeadline[] {
  const due = (grade: Grade, from: number): DueDeadline[] => {
    const seconds = policy[grade]
    if (seconds === null) return []
    return [{ deadline: from + seconds, vulnerability: name, grade, seconds }]
  }
  const grade = gradeOf(rating)
  return [
    ...(grade === undefined ? [] : due(grade, startedAt)),
    ...(isExploited ? due('exploited', Math.max(startedAt, exploitedAt ?? startedAt)) : []),
  ]
}

/** What nobody rated may be bad, and nobody can say how bad: it is hurried as what is high. */
function gradeOf(rating: RatingOrUnknown): Grade | undefined {
  if (rating === 'unknown') return 'high'
  return rating === 'none' ? undefined : rating
}
