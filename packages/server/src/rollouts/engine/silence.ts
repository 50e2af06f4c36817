/**
 * Until when a device may be silent. The time limit runs only while the device could have acted and the
 * server could have heard it: not while the offer is paused or overtaken (unless the update has begun, which
 * goes on), and nobody becomes silent in the first minutes of a server that was away, because what was said
 * meanwhile is still on its way.
 */
import type { EngineState } from './engine-state.ts'
import type { RolloutPlan } from './plan/plan.ts'

/** For queued reports to arrive after the server, or its broker, was away. */
export const SILENCE_GRACE_SECONDS = 900

/** A device is silent whose {@link Membership.silenceFrom} is at or before this (seconds since 1970). */
export interface SilenceLimits {
  /** For a device that has not begun. */
  readonly offered: number
  /** For one whose update has begun. */
  readonly underWay: number
}

/** Before every instant there is. */
export const NOBODY_SILENT = -1

/** `listeningSince`: since when the server has heard devices without a break. */
export function silenceLimits(
  { silenceSeconds }: RolloutPlan,
  { offeringSince }: EngineState,
  listeningSince: number,
  now: number,
): SilenceLimits {
  const limit = now - silenceSeconds
  if (now - listeningSince < Math.min(SILENCE_GRACE_SECONDS, silenceSeconds)) {
    return { offered: NOBODY_SILENT, underWay: NOBODY_SILENT }
  }
  const isOfferedLongEnough = offeringSince !== undefined && offeringSince <= limit
  return { offered: isOfferedLongEnough ? limit : NOBODY_SILENT, underWay: limit }
}
