/** What a product asks of its releases before they go out, and until when fixes have to be on devices, in words. */
import type { GatePolicy } from '../gate/policy.ts'
import { type DeadlinePolicy, GRADES } from '../rollouts/deadlines/deadline-policy.ts'

const HOUR_SECONDS = 3_600

export function gateWords({
  mode,
  reason,
  threshold,
  evidence,
  riskAssessment,
}: GatePolicy): string {
  const because = reason === '' ? '' : `: ${reason}`
  return [
    mode === 'enforced'
      ? 'holds back publishing'
      : `says what it finds and holds nothing back${because}`,
    `vulnerabilities from ${threshold} on are to be answered`,
    evidence.length === 0 ? 'no kind of evidence is asked for' : `evidence: ${evidence.join(', ')}`,
    riskAssessment ? 'the risks must have been reviewed' : 'no review of the risks is asked for',
  ].join('; ')
}

export function deadlineWords(policy: DeadlinePolicy): string {
  return GRADES.map((grade) => {
    const seconds = policy[grade]
    return `${grade} ${seconds === null ? 'none' : `${seconds / HOUR_SECONDS} hours`}`
  }).join(', ')
}
