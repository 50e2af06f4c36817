/** The register as somebody reviewed it, and whether that still holds (CRA P-015, P-017). Pure. */
import { type KeptRisk, lacksEvidence, levelOf } from './risk.ts'

export interface AssessmentHead {
  /** From 1, without holes. */
  readonly version: number
  /** Seconds since 1970. */
  readonly at: number
  /** Account id. */
  readonly by: string
  readonly reviewer: string
  /** A day, `2027-11-21`: at its end the review is overdue. */
  readonly nextReviewOn: string
  readonly note: string
  readonly riskCount: number
}

export interface Assessment extends AssessmentHead {
  readonly risks: readonly KeptRisk[]
}

export interface RiskStatus {
  readonly risks: number
  readonly high: number
  /** Ids. */
  readonly highWithoutEvidence: readonly string[]
  readonly assessment?: number
  readonly reviewedAt?: number
  readonly nextReviewOn?: string
  readonly isOverdue: boolean
  readonly isChangedSince: boolean
}

const DAY_SECONDS = 86_400

export function isOverdue(nextReviewOn: string, now: number): boolean {
  return now >= Date.parse(nextReviewOn) / 1000 + DAY_SECONDS
}

export function statusOf(
  risks: readonly KeptRisk[],
  latest: Assessment | undefined,
  now: number,
): RiskStatus {
  return {
    risks: risks.length,
    high: risks.filter((risk) => levelOf(risk) === 'high').length,
    highWithoutEvidence: risks.filter(lacksEvidence).map(({ id }) => id),
    ...(latest === undefined
      ? { isOverdue: true, isChangedSince: risks.length > 0 }
      : {
          ...{ assessment: latest.version, reviewedAt: latest.at },
          nextReviewOn: latest.nextReviewOn,
          isOverdue: isOverdue(latest.nextReviewOn, now),
          isChangedSince: marksOf(risks) !== marksOf(latest.risks),
        }),
  }
}

/** Changed and changed back is changed: somebody has to look again. A risk that went and came back begins anew, so its time counts too. */
function marksOf(risks: readonly KeptRisk[]): string {
  const marks = risks.map(({ id, revision, changedAt }) => `${id} ${revision} ${changedAt}`)
  return marks.toSorted().join('\n')
}
