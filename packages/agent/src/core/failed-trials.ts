/**
 * Trials that failed, by release: each one cost the owner two restarts of the product. A director may ask
 * for another (`attempt`, or another rollout of the same release), but not without end: after the second
 * the release rests, longer each time. The owner's own word is not bound by it. Pure.
 */
import { FAILED_OFFERS_MAX_COUNT } from '@fleetward/shared'
import { isBeforeArming, type UpdateState } from './update-machine.ts'

export interface FailedTrial {
  /** The release's. */
  readonly path: string
  readonly times: number
  /** Seconds since 1970: the last one. */
  readonly at: number
}

const HOUR_SECONDS = 3600
const REST_MAX_SECONDS = 7 * 86_400

export function failedTrialsAfter(
  trials: readonly FailedTrial[] = [],
  before: UpdateState,
  after: UpdateState,
  now: number,
): readonly FailedTrial[] {
  // What failed before it was armed interrupted nobody.
  const wasOnTrial = !isBeforeArming(before) && before.name !== 'arming' && before.name !== 'failed'
  if (after.name !== 'failed' || !wasOnTrial) return trials
  const { path } = after.update.offer.release
  const times = (trials.find((trial) => trial.path === path)?.times ?? 0) + 1
  const others = trials.filter((trial) => trial.path !== path)
  return [...others, { path, times, at: now }].slice(-FAILED_OFFERS_MAX_COUNT)
}

/** Paths of releases that are not tried again now. */
export function restingReleases(
  trials: readonly FailedTrial[] = [],
  approved: string | undefined,
  now: number,
): ReadonlySet<string> {
  const resting = trials.filter(
    // One more trial is what an operator asks for who believes that it was bad luck.
    ({ path, times, at }) => path !== approved && times > 1 && at <= now && now < at + rest(times),
  )
  return new Set(resting.map(({ path }) => path))
}

const rest = (times: number) =>
  Math.min(REST_MAX_SECONDS, HOUR_SECONDS * 2 ** Math.min(times - 2, 20))
