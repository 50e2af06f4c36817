/**
 * What the gate of a product asks for, and whether it holds back publishing (CRA Annex I.I.2(a), P-036, P-044). Whoever
 * says nothing has a gate that holds back: a product that nobody thought of is not a way around it.
 */
import { EVIDENCE_KINDS, type EvidenceKind } from '../evidence/evidence.ts'
import { RATINGS, type RatingOrUnknown } from '../findings/finding.ts'

export const GATE_MODES = ['enforced', 'advisory'] as const
export type GateMode = (typeof GATE_MODES)[number]

export interface GatePolicy {
  /** `advisory`: it is asked where somebody asks it, and holds nothing back. */
  readonly mode: GateMode
  /** Why it is so; `''` as long as nobody changed anything. */
  readonly reason: string
  /** What is as bad must be answered. */
  readonly threshold: RatingOrUnknown
  /** Of what there must be something for the artifact or its SBOM, and none of it failed. */
  readonly evidence: readonly EvidenceKind[]
  /** Whether the newest review of the risks must be there and not overdue. */
  readonly riskAssessment: boolean
  readonly revision: number
}

export const FIRST_POLICY: GatePolicy = {
  ...{ mode: 'enforced', reason: '', threshold: 'medium', evidence: [], riskAssessment: true },
  revision: 1,
}

export type PolicyChange = Partial<Omit<GatePolicy, 'revision'>>

export function changedPolicy(before: GatePolicy, change: PolicyChange): GatePolicy {
  const evidence = EVIDENCE_KINDS.filter((kind) =>
    (change.evidence ?? before.evidence).includes(kind),
  )
  return { ...before, ...change, evidence, revision: before.revision + 1 }
}

/** Whether it asks for less than before in anything. */
export function asksForLess(before: GatePolicy, after: GatePolicy): boolean {
  return (
    (before.mode === 'enforced' && after.mode === 'advisory') ||
    RATINGS.indexOf(after.threshold) < RATINGS.indexOf(before.threshold) ||
    before.evidence.some((kind) => !after.evidence.includes(kind)) ||
    (before.riskAssessment && !after.riskAssessment)
  )
}
