/**
 * A rollout offers a release to a cohort, group after group. Its life is engine/rollout-state.ts; what it does by
 * itself, engine/next-move.ts. Here is what is kept of it, and what a person may change.
 */
import { type Facts, type Notice, type Policy, SHARE_ALL, type Share } from '@fleetward/shared'
import type { Approval } from './approval.ts'
import type { RolloutTerms } from './deadlines/rollout-terms.ts'
import type { EngineState } from './engine/engine-state.ts'
import type { PositionRange } from './engine/plan/group-ranges.ts'
import type { RolloutPlan } from './engine/plan/plan.ts'
import type { RolloutState } from './engine/rollout-state.ts'

export type { RolloutState }

export interface Rollout {
  readonly product: string
  readonly id: string
  /** Version of the release. */
  readonly release: string
  readonly cohort: string
  /** As in `engine`, for whoever asks for rollouts by state. */
  readonly state: RolloutState
  /** Grows when the operator asks devices on which it failed to try again (protocol §5.4). */
  readonly attempt: number
  /** What the cohort's manifest says: positions below `upTo` have had their turn. */
  readonly share: Share
  readonly policy: Policy
  readonly notice: Notice
  readonly plan: RolloutPlan
  readonly engine: EngineState
  /** Of the groups, once they are known. */
  readonly ranges: readonly PositionRange[]
  /** Every device of the cohort that is in a group has its row. */
  readonly isFilled: boolean
  /** Why it cannot be created as planned. */
  readonly trouble:
    | { readonly code: string; readonly says: string; readonly facts?: Facts }
    | undefined
  /** It starts as soon as it is ready, without anybody saying so. */
  readonly startsItself: boolean
  /** Account ids of all who created or changed it. */
  readonly authors: readonly string[]
  readonly approval: Approval
  readonly terms: RolloutTerms
  /** Grows with every write that a person should know of; the condition of the next one. */
  readonly revision: number
  /** Seconds since 1970. */
  readonly startedAt: number
  readonly changedAt: number
}

/** With another engine state, and a new revision when a person would see the difference. */
export function withEngine(rollout: Rollout, engine: EngineState, now: number): Rollout {
  const isNews = engine.state !== rollout.state || engine.openGroup !== rollout.engine.openGroup
  const next = { ...rollout, engine, state: engine.state }
  return isNews ? changed(next, {}, now) : next
}

export function changed(rollout: Rollout, change: Partial<Rollout>, now: number): Rollout {
  return { ...rollout, ...change, revision: rollout.revision + 1, changedAt: now }
}

/** 0–1 as people write it → ten-thousandths, as devices count. Never 0 for a share above 0. */
export function upToOf(share: number): number {
  return Math.min(SHARE_ALL, Math.max(0, Math.ceil(share * SHARE_ALL - 1e-6)))
}

export function shareOf(upTo: number): number {
  return upTo / SHARE_ALL
}
