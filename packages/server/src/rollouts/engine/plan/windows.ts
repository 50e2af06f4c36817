/** When the operator's window opens, in the wall clock time of a place, and when a cron expression comes next there. */
import { openTimeAt } from '@fleetward/shared'
import { Cron } from 'croner'
import { type CronStart, DEVICE_ZONE, type OperatorsWindow, type Start } from './plan.ts'

/** When devices may be opened next, `now` at the earliest. A window in the devices' own zones holds them there. */
export function opensAt(window: OperatorsWindow | undefined, now: number): number {
  if (window === undefined || window.zone === DEVICE_ZONE) return now
  return Math.max(now, openTimeAt(now, window, window.zone).opens)
}

/**
 * When a rollout starts whose operator says start `now`; undefined when its cron expression never comes. An
 * instant that is over means at once.
 */
export function startsAt({ at, cron }: Start, now: number): number | undefined {
  if (cron !== undefined) return nextOfCron(cron, now)
  return Math.max(now, at ?? now)
}

/** After `now`, never at it. */
export function nextOfCron({ expression, zone }: CronStart, now: number): number | undefined {
  const next = parseCron(expression, zone).nextRun(new Date(now * 1000))
  return next === null ? undefined : Math.floor(next.getTime() / 1000)
}

/** Throws on what is no expression of five fields, or no zone. Nothing is scheduled. */
export function parseCron(expression: string, zone: string): Cron {
  return new Cron(expression, { timezone: zone, mode: '5-part' })
}

export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}
