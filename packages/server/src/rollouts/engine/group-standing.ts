/**
 * Where an open group stands against its thresholds. Nothing is divided: a group in which nobody counts
 * neither succeeds nor fails. When somebody there may still speak it waits for them; when nobody can take the
 * release, it has passed untried.
 */
import type { GroupPlan } from './plan/plan.ts'
import { reachesShare } from './plan/share-reached.ts'
import { type GroupProgress, MAY_STILL_SPEAK } from './progress.ts'

export type Standing = 'opening' | 'nobodyYet' | 'untried' | 'short' | 'outOfReach' | 'met'

export interface GroupFigures {
  readonly succeeded: number
  /** Failed and silent, without those an operator has accepted. */
  readonly failed: number
  /** The denominator of both shares. */
  readonly counted: number
  /** May still speak, and are in no denominator until they do. */
  readonly mayStillSpeak: number
  /** Have not come to their end, and may. */
  readonly goOn: number
}

/** `accepted`: failures that an operator has seen and accepted. */
export function figuresOf(counts: GroupProgress, accepted: number): GroupFigures {
  const { offered, underWay, succeeded, failed, silent } = counts
  const failures = Math.max(0, failed + silent - accepted)
  const mayStillSpeak = MAY_STILL_SPEAK.reduce((sum, column) => sum + counts[column], 0)
  return {
    succeeded,
    failed: failures,
    counted: offered + underWay + succeeded + failures,
    mayStillSpeak,
    goOn: offered + underWay + mayStillSpeak,
  }
}

export function standingOf(plan: GroupPlan, counts: GroupProgress, accepted: number): Standing {
  // A share of the few that were opened first says nothing of the group.
  if (counts.notOffered > 0) return 'opening'
  const { succeeded, counted, mayStillSpeak, goOn, failed } = figuresOf(counts, accepted)
  if (counted === 0) return mayStillSpeak > 0 ? 'nobodyYet' : 'untried'
  const able = succeeded + failed + goOn
  const isEnough = succeeded >= Math.min(plan.success.minimum, able)
  if (isEnough && reachesShare(succeeded, counted, plan.success.share)) return 'met'
  return goOn > 0 ? 'short' : 'outOfReach'
}

export function reachesErrorThreshold(
  { error }: GroupPlan,
  counts: GroupProgress,
  accepted: number,
): boolean {
  const { failed, counted } = figuresOf(counts, accepted)
  return failed >= error.minimum && reachesShare(failed, counted, error.share)
}
