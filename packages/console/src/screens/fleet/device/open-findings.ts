/** Findings that a version is still open to, what is worst first. */
import type { Finding } from '../../../api/operator-api.gen.ts'

/** A decision of one of these says that the version is not concerned, or not any more. */
const CLOSED = ['not_affected', 'fixed']

const RATINGS: readonly Finding['rating'][] = [
  'critical',
  'high',
  'medium',
  'low',
  'none',
  'unknown',
]

export function openFindings(findings: readonly Finding[], version: string): readonly Finding[] {
  const place = ({ isExploited, rating }: Finding) =>
    (isExploited ? 0 : 10) + RATINGS.indexOf(rating)
  return findings
    .filter(({ endedAt }) => endedAt === undefined)
    .filter(({ answers }) => {
      const answer = answers.find((one) => one.version === version)
      return answer !== undefined && !CLOSED.includes(answer.status ?? '')
    })
    .toSorted((a, b) => place(a) - place(b))
}
