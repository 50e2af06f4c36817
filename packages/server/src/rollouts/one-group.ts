/** The plan of whoever names no plan: a share of the cohort in one group, at once, that stops at a tenth of failures. */
import { SHARE_ALL } from '@fleetward/shared'
import type { RolloutPlan } from './engine/plan/plan.ts'
import { upToOf } from './rollout.ts'

/** Ours; hawkBit asks for it, and nobody should have to. */
const ERROR_SHARE = 0.1
const ERROR_MINIMUM = 10
const SUCCESS_SHARE = 0.9
/** There is no next group for which it would have to prove itself. */
const SOAK_SECONDS = 0
const SILENCE_SECONDS = 86_400

/** Of a rollout of before there were plans: nobody asked it to stop itself, and it does not begin to. */
export function planOfBefore(share: number): RolloutPlan {
  const plan = planOfOneGroup(share)
  const error = { share: 1, minimum: Number.MAX_SAFE_INTEGER }
  return { ...plan, groups: plan.groups.map((group) => ({ ...group, error })) }
}

/** `share`: 0–1. */
export function planOfOneGroup(share: number): RolloutPlan {
  return {
    groups: [
      {
        name: 'all',
        members: upToOf(share) === SHARE_ALL ? { rest: true } : { share },
        success: {
          ...{ share: SUCCESS_SHARE, minimum: 1, soakSeconds: SOAK_SECONDS },
          afterwards: 'next',
        },
        error: { share: ERROR_SHARE, minimum: ERROR_MINIMUM },
      },
    ],
    start: {},
    urgency: 'deadline',
    priority: 500,
    silenceSeconds: SILENCE_SECONDS,
  }
}
