/**
 * Whether a fleet may return by itself to an earlier release that the operator named. Never below the security
 * counter: a way back that reopens a hole is a rollback attack with good intentions.
 */
import { compareVersions } from '@fleetward/shared'
import type { EngineState } from './engine-state.ts'
import type { RolloutPlan } from './plan/plan.ts'

export interface ReturnRelease {
  readonly version: string
  readonly securityCounter: number
  readonly isWithdrawn: boolean
  /** The current metadata lists it, so that devices can verify it. */
  readonly isListed: boolean
}

/** What its devices go back to now: a rollout that stopped itself, and nobody has gone on with since. */
export function returnsTo(plan: RolloutPlan, { state, halted }: EngineState): string | undefined {
  const hasStoppedItself = state === 'stopped' && halted !== undefined && halted.rule !== 'byHand'
  return hasStoppedItself ? plan.returnTo : undefined
}

export type ReturnMistake = 'belowSecurityCounter' | 'notEarlier' | 'withdrawn' | 'notListed'

/**
 * All that speaks against it; none: it is allowed. `highestCounter`: the highest security counter of any release
 * that devices of the cohort run or were offered, because those of them that have it refuse to go below.
 */
export function returnMistakes(
  from: { readonly version: string; readonly highestCounter: number },
  to: ReturnRelease,
): readonly ReturnMistake[] {
  const mistakes: (ReturnMistake | false)[] = [
    to.securityCounter < from.highestCounter && 'belowSecurityCounter',
    compareVersions(to.version, from.version) >= 0 && 'notEarlier',
    to.isWithdrawn && 'withdrawn',
    !to.isListed && 'notListed',
  ]
  return mistakes.filter((mistake) => mistake !== false)
}
