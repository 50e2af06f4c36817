/** How fast a fleet gets rid of a vulnerability, and when it will be: from when devices left the affected versions. Pure. */
import { type ProtectionStep, STEP_SECONDS } from './exposure-store.ts'

const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3_600
/** What lies further away is no forecast. */
const FORECAST_MAX_SECONDS = 365 * DAY_SECONDS

export const GOAL_SHARE = 0.95

export interface Fleet {
  /** Updated and exposed. */
  readonly total: number
  readonly updated: number
  /** Those that can get there by themselves: pending and postponed. */
  readonly coming: number
  readonly hasFix: boolean
}

/** Why there is no time. */
export type NoForecast = 'nobodyConcerned' | 'noFix' | 'outOfReach' | 'noProgress' | 'tooSlow'
export type Forecast =
  | { readonly kind: 'reached'; readonly at: number }
  | { readonly kind: 'expected'; readonly at: number; readonly perDay: number }
  | { readonly kind: 'none'; readonly why: NoForecast }

/** When the share was first reached, of the devices that are concerned today; undefined: not yet. */
export function reachedAt(
  steps: readonly ProtectionStep[],
  total: number,
  share: number,
): number | undefined {
  let missing = neededFor(total, share)
  if (missing === 0) return undefined
  for (const { at, devices } of steps) {
    missing -= devices
    if (missing <= 0) return at
  }
  return undefined
}

/** As fast as in the last day, or since the first was protected if that is less; at least an hour. */
export function forecast(steps: readonly ProtectionStep[], fleet: Fleet, now: number): Forecast {
  const { total, updated, coming, hasFix } = fleet
  const none = (why: NoForecast): Forecast => ({ kind: 'none', why })
  if (total === 0) return none('nobodyConcerned')
  const reached = reachedAt(steps, total, GOAL_SHARE)
  if (reached !== undefined) return { kind: 'reached', at: Math.min(reached, now) }
  if (!hasFix) return none('noFix')
  const missing = neededFor(total, GOAL_SHARE) - updated
  if (missing > coming) return none('outOfReach')
  const from = now - DAY_SECONDS
  const lately = steps.filter(({ at }) => at > from)
  const count = lately.reduce((sum, { devices }) => sum + devices, 0)
  if (count === 0) return none('noProgress')
  const first = (steps[0]?.at ?? now) - STEP_SECONDS
  const seconds = Math.max(HOUR_SECONDS, Math.min(DAY_SECONDS, now - first))
  const wait = Math.ceil((missing * seconds) / count)
  if (wait > FORECAST_MAX_SECONDS) return none('tooSlow')
  return { kind: 'expected', at: now + wait, perDay: Math.round((count * DAY_SECONDS) / seconds) }
}

export interface CurvePoint {
  readonly at: number
  readonly exposed: number
}

const CURVE_MAX_COUNT = 200

/**
 * How many of today's total were exposed when, from when it was known until now. Of many steps each so many-th, so that a
 * year of them is one picture.
 */
export function curveOf(
  steps: readonly ProtectionStep[],
  total: number,
  { knownAt, now }: { readonly knownAt: number; readonly now: number },
): readonly CurvePoint[] {
  let exposed = total
  const points = steps.map(({ at, devices }) => {
    exposed -= devices
    return { at: Math.min(at, now), exposed }
  })
  const stride = Math.ceil(points.length / CURVE_MAX_COUNT)
  const kept = points.filter(({ at }, index) => index % stride === 0 && at > knownAt && at < now)
  return [
    { at: knownAt, exposed: total },
    ...kept,
    ...(now > knownAt ? [{ at: now, exposed }] : []),
  ]
}

function neededFor(total: number, share: number): number {
  // 0.95 × 20 is a hair more than 19.
  return Math.ceil(Number((total * share).toFixed(6)))
}
