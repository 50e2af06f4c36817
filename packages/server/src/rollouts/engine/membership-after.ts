/** What an offer, a sign of life and a report do to a membership. The very same object: nothing to write. */
import type { UpdateStateName, WaitingFor } from '@fleetward/shared'
import type { Membership } from './membership.ts'

/** What of a report says something about a device's part in a rollout. */
export interface TellingReport {
  readonly rollout?: string | undefined
  readonly attempt?: number | undefined
  readonly state: UpdateStateName
  readonly waitingFor?: WaitingFor | undefined
  readonly version: string
  readonly code?: string | undefined
}

export interface RolloutOfMembership {
  readonly id: string
  readonly version: string
}

/** `at` in seconds since 1970, here and below: when the server did or heard it. */
export function afterOffer(membership: Membership, at: number): Membership {
  return membership.offeredAt === undefined ? { ...membership, offeredAt: at } : membership
}

/** It is connected, or was heard of, after its offer. */
export function afterSighting(membership: Membership, at: number): Membership {
  const { offeredAt, silenceFrom } = membership
  if (offeredAt === undefined || silenceFrom !== undefined) return membership
  return { ...membership, silenceFrom: Math.max(at, offeredAt) }
}

/** Another attempt begins for everybody who has not succeeded; its time limit begins anew. */
export function afterRetry(membership: Membership, at: number): Membership {
  const { offeredAt, end } = membership
  if (offeredAt === undefined || end?.as === 'succeeded') return membership
  return { ...membership, offeredAt: at, silenceFrom: undefined }
}

/**
 * `before`: what the device waited for by its report before. A success stays one, whatever comes later; a
 * failure gives way to a success alone, or to a later attempt.
 */
export function afterReport(
  membership: Membership,
  report: TellingReport,
  before: { readonly waitingFor: WaitingFor | undefined },
  rollout: RolloutOfMembership,
  at: number,
): Membership {
  if (membership.offeredAt === undefined) return membership
  const seen = afterSighting(membership, at)
  const attempt = report.attempt ?? seen.end?.attempt ?? 1
  const { end } = seen
  // Success is a committed version, never a download that is done.
  if (report.state === 'idle' && report.version === rollout.version) {
    if (end?.as === 'succeeded') return seen
    return { ...seen, end: { as: 'succeeded', attempt, at, code: undefined } }
  }
  if (report.rollout !== rollout.id) return seen
  if (report.state === 'failed') {
    if (end !== undefined && (end.as === 'succeeded' || end.attempt >= attempt)) return seen
    return { ...seen, end: { as: 'failed', attempt, at, code: report.code } }
  }
  const isAtRest = report.waitingFor !== undefined || before.waitingFor !== undefined
  return isAtRest ? { ...seen, silenceFrom: Math.max(at, seen.silenceFrom ?? at) } : seen
}
