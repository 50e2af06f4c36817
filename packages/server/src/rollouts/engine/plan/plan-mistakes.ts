/**
 * What in a plan contradicts itself or can never happen, all of it at once and in words. Types and limits of what
 * comes from outside are the API's; here is what they cannot say.
 */
import { DEVICE_ZONE, type GroupPlan, type Pace, type RolloutPlan } from './plan.ts'
import { isZone, nextOfCron } from './windows.ts'

export interface PlanMistake {
  /** `groups[0].success.share` */
  readonly at: string
  readonly says: string
}

export const GROUPS_MAX_COUNT = 50
export const PRIORITY_MAX = 1000
/** One of the cohort's ten-thousandths, protocol §5.3. */
const SHARE_MIN = 0.0001
const ROUNDING = 1e-9
/** The soonest that a device can be expected to download, install and start. */
const SILENCE_MIN_SECONDS = 60

/** `now` in seconds since 1970: what is to come must still be able to come. */
export function planMistakes(plan: RolloutPlan, now: number): readonly PlanMistake[] {
  return [
    ...groupsMistakes(plan.groups),
    ...plan.groups.flatMap((group, index) => groupMistakes(group, `groups[${index}]`)),
    ...(plan.pace === undefined ? [] : paceMistakes(plan.pace)),
    ...unless(
      isCount(plan.bytesPerMinute ?? 1),
      'bytesPerMinute',
      'must be a whole number above 0',
    ),
    ...startMistakes(plan, now),
    ...windowMistakes(plan),
    ...unless(
      isCount(plan.priority, 0) && plan.priority <= PRIORITY_MAX,
      'priority',
      `must be a whole number from 0 to ${PRIORITY_MAX}`,
    ),
    ...unless(
      isCount(plan.silenceSeconds, SILENCE_MIN_SECONDS),
      'silenceSeconds',
      `must be at least ${SILENCE_MIN_SECONDS}: no device installs faster, so every one would fail`,
    ),
  ]
}

function groupsMistakes(groups: readonly GroupPlan[]): PlanMistake[] {
  const shares = groups.reduce(
    (sum, { members }) => sum + ('share' in members ? members.share : 0),
    0,
  )
  const rest = groups.findIndex(({ members }) => 'rest' in members)
  const names = groups.map(({ name }) => name)
  const takesAll = groups.findIndex(({ members }) => 'share' in members && members.share === 1)
  return [
    ...unless(groups.length > 0, 'groups', 'must have at least one group'),
    ...unless(
      groups.length <= GROUPS_MAX_COUNT,
      'groups',
      `must have at most ${GROUPS_MAX_COUNT} groups`,
    ),
    ...unless(
      shares <= 1 + ROUNDING,
      'groups',
      `have shares that add up to ${rounded(shares)}, and a cohort has 1`,
    ),
    ...unless(new Set(names).size === names.length, 'groups', 'must have different names'),
    ...unless(
      rest < 0 || groups.slice(rest + 1).every(({ members }) => 'filter' in members),
      `groups[${rest}].members`,
      'takes the rest, so no share or count behind it gets a device',
    ),
    ...unless(
      takesAll < 0 || groups.every(({ members }, i) => i <= takesAll || 'filter' in members),
      `groups[${takesAll}].members`,
      'takes the whole cohort, so no group behind it gets a device',
    ),
  ]
}

function groupMistakes({ name, members, success, error }: GroupPlan, at: string): PlanMistake[] {
  return [
    ...unless(name !== '', `${at}.name`, 'must not be empty'),
    ...unless(name !== 'late', `${at}.name`, 'is taken: those who join late are called so'),
    ...unless(
      !('share' in members) || (members.share >= SHARE_MIN && members.share <= 1),
      `${at}.members.share`,
      `must be from ${SHARE_MIN} to 1`,
    ),
    ...unless(
      !('count' in members) || isCount(members.count),
      `${at}.members.count`,
      'must be a whole number above 0: an empty group proves nothing',
    ),
    ...unless(
      !('filter' in members) || members.filter.trim() !== '',
      `${at}.members.filter`,
      'must not be empty: a filter that says nothing is no group',
    ),
    ...unless(
      success.share > 0 && success.share <= 1,
      `${at}.success.share`,
      'must be above 0 and at most 1: a share of 0 is met before a device has tried',
    ),
    ...unless(isCount(success.minimum), `${at}.success.minimum`, 'must be a whole number above 0'),
    ...unless(
      isCount(success.soakSeconds, 0),
      `${at}.success.soakSeconds`,
      'must be a whole number of seconds, 0 or more',
    ),
    ...unless(
      error.share > 0 && error.share <= 1,
      `${at}.error.share`,
      'must be above 0 and at most 1: a share of 0 is reached before a device has failed',
    ),
    ...unless(isCount(error.minimum), `${at}.error.minimum`, 'must be a whole number above 0'),
    ...unless(
      !('count' in members) || error.minimum <= members.count,
      `${at}.error.minimum`,
      'is more than the group has devices, so the rollout could not stop itself here',
    ),
    ...unless(
      !('count' in members) || success.minimum <= members.count,
      `${at}.success.minimum`,
      'is more than the group has devices',
    ),
  ]
}

function paceMistakes(pace: Pace): PlanMistake[] {
  const whole = 'must be a whole number above 0'
  if (pace.kind === 'fixed') {
    return unless(isCount(pace.devicesPerMinute), 'pace.devicesPerMinute', whole)
  }
  const { startPerMinute, factor, everySuccesses, maxPerMinute } = pace
  return [
    ...unless(isCount(startPerMinute), 'pace.startPerMinute', whole),
    ...unless(
      Number.isFinite(factor) && factor > 1,
      'pace.factor',
      'must be above 1: otherwise say fixed',
    ),
    ...unless(isCount(everySuccesses), 'pace.everySuccesses', whole),
    ...unless(
      isCount(maxPerMinute) && maxPerMinute >= startPerMinute,
      'pace.maxPerMinute',
      'must be a whole number, and no less than the pace at the start',
    ),
  ]
}

function startMistakes({ start: { at, cron } }: RolloutPlan, now: number): PlanMistake[] {
  if (at !== undefined && cron !== undefined) {
    return [{ at: 'start', says: 'has an instant and a cron expression; one of them can count' }]
  }
  if (at !== undefined) return unless(isCount(at, 0), 'start.at', 'must be seconds since 1970')
  if (cron === undefined) return []
  if (!isZone(cron.zone)) return [noZone('start.cron.zone', cron.zone)]
  try {
    const comes = nextOfCron(cron, now) !== undefined
    return unless(comes, 'start.cron.expression', 'names no time that will ever come')
  } catch {
    const says = 'is no cron expression of five fields: minute, hour, day, month, weekday'
    return [{ at: 'start.cron.expression', says }]
  }
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

function windowMistakes({ window }: RolloutPlan): PlanMistake[] {
  if (window === undefined) return []
  const { weekdays, from, to, zone } = window
  const areDays = weekdays.every((day) => Number.isInteger(day) && day >= 1 && day <= 7)
  return [
    ...unless(
      weekdays.length > 0 && areDays && new Set(weekdays).size === weekdays.length,
      'window.weekdays',
      'must name at least one weekday, each once, from 1 (Monday) to 7 (Sunday)',
    ),
    ...unless(TIME.test(from), 'window.from', 'must be a time such as 02:00'),
    ...unless(TIME.test(to), 'window.to', 'must be a time such as 05:00'),
    ...unless(from !== to, 'window.to', 'is its beginning; leave the window out to have all day'),
    ...(zone === DEVICE_ZONE || isZone(zone) ? [] : [noZone('window.zone', zone)]),
  ]
}

function noZone(at: string, zone: string): PlanMistake {
  return { at, says: `${JSON.stringify(zone)} is no time zone; write one such as Europe/Berlin` }
}

function unless(holds: boolean, at: string, says: string): PlanMistake[] {
  return holds ? [] : [{ at, says }]
}

function isCount(value: number, least = 1): boolean {
  return Number.isSafeInteger(value) && value >= least
}

function rounded(share: number): number {
  return Math.round(share * 1e6) / 1e6
}
