/** The tables of migrations 0007 and 0017 as kysely sees them. Times are seconds since 1970. */
import type { RolloutState } from '../../../rollouts/engine/rollout-state.ts'

export interface RolloutTables {
  rollouts: {
    product: string
    id: string
    release_version: string
    cohort: string
    state: RolloutState
    attempt: number
    up_to: number
    salt: string
    policy: string
    notice: string
    /** JSON: RolloutPlan, EngineState, PositionRange[]; null for a rollout of before there were plans. */
    plan: string | null
    engine: string | null
    ranges: string | null
    /** 1 once every device of the cohort that is in a group has its row. */
    filled: number
    /** JSON: why it cannot be created as planned. */
    trouble: string | null
    /** 1: it starts as soon as it is ready. */
    starts_itself: number
    /** JSON: account ids; Approval. */
    authors: string
    approval: string
    /** JSON: RolloutTerms; null for a rollout of before there were any. */
    terms: string | null
    revision: number
    started_at: number
    changed_at: number
  }
  deadline_policies: { product: string; policy: string }
  rollout_members: {
    product: string
    rollout: string
    device: string
    /** 0–9999, protocol §5.3. */
    position: number
    /** Index into the plan's groups; null while the ranges are not known. */
    grp: number | null
    late: number
    /** 1: its cohort's manifests are closed to it until its turn. */
    held: number
    offered_at: number | null
    silence_from: number | null
    end_as: 'succeeded' | 'failed' | null
    end_attempt: number | null
    end_at: number | null
    end_code: string | null
  }
}
