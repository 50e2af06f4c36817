/**
 * How many devices may be opened now. Two bounds, the lower one counts:
 *
 * - the pace: never more in any 60 seconds, whatever groups they are of, late joiners among them. Instants
 *   are whole seconds, so both ends of the 60 count: two openings that are 60 apart can be 59.01 apart.
 * - the byte budget, as devices: bytes per minute ÷ bytes of the artifact. An artifact that is larger than
 *   the budget is let through one device at a time, each after as many minutes as its bytes take.
 */

import type { EngineState, Opening } from './engine-state.ts'
import type { Because } from './explain/because.ts'
import type { Pace, RolloutPlan } from './plan/plan.ts'

const PACE_SECONDS = 60

/**
 * Every opening is a manifest for the whole cohort. So crumbs wait: no opening uses less than this part of
 * what is allowed in a minute, unless fewer devices are left.
 */
const OPENINGS_PER_MINUTE_MAX = 12

export interface Allowance {
  readonly count: number
  /** The largest count there can be while the pace stays as it is. */
  readonly most: number
  /** With a count of 0. */
  readonly wait?: { readonly until: number; readonly because: Because }
}

/** `left`: how many wait for their turn. */
export function allowanceOf(
  { pace, bytesPerMinute }: RolloutPlan,
  { openings, successes }: EngineState,
  { artifactBytes, left }: { readonly artifactBytes: number; readonly left: number },
  now: number,
): Allowance {
  const perMinute =
    pace === undefined ? Number.POSITIVE_INFINITY : devicesPerMinute(pace, successes)
  const byBytes =
    bytesPerMinute === undefined ? Number.POSITIVE_INFINITY : bytesPerMinute / artifactBytes
  const most = Math.max(1, Math.min(perMinute, Math.floor(byBytes)))
  const windowSeconds = byBytes < 1 ? Math.ceil(PACE_SECONDS / byBytes) : PACE_SECONDS
  const recent = openings.filter(({ at }) => at >= now - windowSeconds)
  const opened = recent.reduce((sum, { count }) => sum + count, 0)
  const count = Math.max(0, Math.min(most - opened, left))
  if (count >= Math.min(left, Math.ceil(most / OPENINGS_PER_MINUTE_MAX))) {
    return { count, most: Math.min(most, Number.MAX_SAFE_INTEGER) }
  }
  const because: Because =
    bytesPerMinute !== undefined && byBytes < perMinute
      ? { rule: 'bytesReached', facts: { bytesPerMinute, artifactBytes } }
      : { rule: 'paceReached', facts: { perMinute: most, opened } }
  const until = (recent[0]?.at ?? now) + windowSeconds + 1
  return { count: 0, most, wait: { until, because } }
}

/** A whole number of devices, at least one; it rises with successes and with nothing else. */
export function devicesPerMinute(pace: Pace, successes: number): number {
  if (pace.kind === 'fixed') return pace.devicesPerMinute
  const steps = Math.floor(successes / pace.everySuccesses)
  const risen = pace.startPerMinute * pace.factor ** steps
  return Math.max(1, Math.floor(Math.min(risen, pace.maxPerMinute)))
}

/** What {@link allowanceOf} must know of later: the last minute's, the last one, and nothing from ahead of the clock. */
export function recentOpenings(openings: readonly Opening[], now: number): readonly Opening[] {
  const last = openings.length - 1
  return openings
    .filter(({ at }, index) => index === last || at >= now - PACE_SECONDS)
    .map((opening) => (opening.at > now ? { ...opening, at: now } : opening))
}
