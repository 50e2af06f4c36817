/**
 * The state after looking at the progress once more: how long a success share has been met, how far an
 * exponential pace has risen. Time in which nobody looked proves nothing, so it does not count.
 */
import { recentOpenings } from './allowance.ts'
import type { EngineState } from './engine-state.ts'
import { standingOf } from './group-standing.ts'
import type { RolloutPlan } from './plan/plan.ts'
import type { RolloutProgress } from './progress.ts'

/** The longest time between two looks that counts as having watched. Look at least this often. */
export const LOOK_GAP_MAX_SECONDS = 120

export function observed(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
  now: number,
): EngineState {
  const isOffered =
    (state.state === 'running' || state.state === 'finished') && progress.overtakenBy === undefined
  return {
    ...state,
    observedAt: now,
    openings: recentOpenings(state.openings, now),
    successes: Math.max(state.successes, successesIn(progress)),
    offeringSince: isOffered ? Math.min(state.offeringSince ?? now, now) : undefined,
    metSeconds: metSecondsOf(plan, state, progress, now),
  }
}

/**
 * Whether what a look found must be durable although nothing moved. A break in what was met must be, or a restart
 * would take the time before it for time without a break; figures that only grow may wait for `everySeconds`, as
 * long as that is well below {@link LOOK_GAP_MAX_SECONDS}.
 */
export function mustBeKept(before: EngineState, after: EngineState, everySeconds: number): boolean {
  const elapsed = (after.observedAt ?? 0) - (before.observedAt ?? 0)
  return (
    (before.metSeconds === undefined) !== (after.metSeconds === undefined) ||
    (before.metSeconds ?? 0) > (after.metSeconds ?? 0) ||
    before.stuck?.since !== after.stuck?.since ||
    before.offeringSince !== after.offeringSince ||
    Math.abs(elapsed) >= everySeconds
  )
}

export function successesIn({ groups, late }: RolloutProgress): number {
  return groups.reduce((sum, { succeeded }) => sum + succeeded, late.succeeded)
}

function metSecondsOf(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
  now: number,
): number | undefined {
  const group = plan.groups[state.openGroup]
  const counts = progress.groups[state.openGroup]
  if (group === undefined || counts === undefined) return undefined
  const standing = standingOf(group, counts, state.accepted.groups[state.openGroup] ?? 0)
  if (standing !== 'met' && standing !== 'untried') return undefined
  // Paused or overtaken, what was met stays met, and its time stands still.
  const isWatched = state.state === 'running' && progress.overtakenBy === undefined
  if (!isWatched) return state.metSeconds
  if (state.metSeconds === undefined) return 0
  const elapsed = now - (state.observedAt ?? now)
  return state.metSeconds + Math.min(Math.max(elapsed, 0), LOOK_GAP_MAX_SECONDS)
}
