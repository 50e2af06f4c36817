/**
 * How long an update may still be put off (CRA Annex I, Part I (2)(c)). The limit counts from first notice and is
 * signed offline with the release; an operator can widen it, never shorten it (protocol §5.5). Absolute
 * times, so no restart makes it longer; a clock set back does, down to the floor, which the next manifest raises.
 */
import type { OwnersBounds } from '@fleetward/shared'

/** The choices offered without a calendar: an hour, a day, a week. */
export const POSTPONEMENT_CHOICES_SECONDS = [3_600, 86_400, 604_800] as const

/** All times in seconds since 1970. */
export interface Allowance {
  /** The last moment a postponement can reach. */
  readonly latest: number
  readonly usedSeconds: number
  readonly remainingSeconds: number
  /** Of {@link POSTPONEMENT_CHOICES_SECONDS}, those that still fit. */
  readonly choices: readonly number[]
}

export function allowanceOf(firstNotice: number, bounds: OwnersBounds, now: number): Allowance {
  const latest = latestOf(firstNotice, bounds, now)
  const remainingSeconds = Math.max(0, latest - now)
  return {
    latest,
    usedSeconds: Math.min(bounds.postponeUpToSeconds, Math.max(0, now - firstNotice)),
    remainingSeconds,
    choices: POSTPONEMENT_CHOICES_SECONDS.filter((seconds) => seconds <= remainingSeconds),
  }
}

/**
 * A clock that stood in the future when the notice came must not leave more than the whole allowance
 * once it is right again.
 */
export function latestOf(
  firstNotice: number,
  { postponeUpToSeconds }: OwnersBounds,
  now: number,
): number {
  return Math.min(firstNotice, now) + postponeUpToSeconds
}
