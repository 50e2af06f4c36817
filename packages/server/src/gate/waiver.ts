/**
 * A person lets one release through in spite of one reason of the gate, says why, and until when (CRA P-036). It is for
 * that reason alone: of a finding that is said to be exploited meanwhile it says nothing, for that is another one.
 */
import type { GateCode, GateReason } from './gate.ts'

/** A quarter of a year: what lasts longer is a decision on the finding, or another policy. */
export const WAIVER_MAX_SECONDS = 90 * 86_400

/**
 * What is exploited harms somebody today; and while nobody has looked, nobody knows that nothing is exploited, so not
 * having looked cannot be waived either. Nor can it be that a fix is free of charge.
 */
export const NEVER_WAIVED: readonly GateCode[] = [
  'EXPLOITED',
  'NOT_MATCHED',
  'MATCHED_WITH_OLDER_FEEDS',
  'FIX_BEHIND_ENTITLEMENT',
]

export interface Waiver {
  readonly id: string
  readonly product: string
  readonly version: string
  readonly code: GateCode
  /** Id, where the reason names one. */
  readonly finding: string | undefined
  /** As in the reason: a feed, a kind of evidence, the digest of an SBOM. */
  readonly about: string | undefined
  readonly reason: string
  /** Account id. */
  readonly by: string
  readonly name: string
  /** Seconds since 1970. */
  readonly at: number
  readonly until: number
  readonly endedAt: number | undefined
  readonly endedBy: string | undefined
}

export function isInForce({ endedAt, until }: Waiver, at: number): boolean {
  return endedAt === undefined && at < until
}

export function waives(waiver: Waiver, { code, finding, about }: GateReason): boolean {
  return (
    !NEVER_WAIVED.includes(code) &&
    waiver.code === code &&
    waiver.finding === finding &&
    waiver.about === about
  )
}
