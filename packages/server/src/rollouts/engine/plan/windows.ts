/**
 * When the operator's window is open, in the wall clock time of a place, and when a cron expression comes
 * next there. A window belongs to the weekday on which it opens; one whose end is at or before its beginning
 * closes on the next day.
 *
 * Days on which clocks are moved, as on devices (agent, maintenance-window.ts): a wall clock time that does
 * not exist is taken as if the clock had not been moved yet (02:30 in the skipped hour is 03:30); one that
 * comes twice means its first time. So a window is never lost and never opens twice.
 */
import { Cron } from 'croner'
import { type CronStart, DEVICE_ZONE, type OperatorsWindow, type Start } from './plan.ts'

/** Seconds since 1970; open from `opens` on, before `closes`. */
export interface OpenTime {
  readonly opens: number
  readonly closes: number
}

/** Every weekday comes twice: once its window can come to nothing, on a day whose clocks are moved. */
const DAYS_AHEAD = 14

/** When devices may be opened next, `now` at the earliest. A window in the devices' own zones holds them there. */
export function opensAt(window: OperatorsWindow | undefined, now: number): number {
  if (window === undefined || window.zone === DEVICE_ZONE) return now
  return Math.max(now, openTimeAt(window, now).opens)
}

/** The time that is open at `now`, or the next one. */
export function openTimeAt(window: OperatorsWindow, now: number): OpenTime {
  const here = Temporal.Instant.fromEpochMilliseconds(now * 1000).toZonedDateTimeISO(window.zone)
  for (let day = -1; day <= DAYS_AHEAD; day += 1) {
    const date = here.toPlainDate().add({ days: day })
    if (!window.weekdays.includes(date.dayOfWeek)) continue
    const found = openOn(date, window)
    if (found.closes > found.opens && now < found.closes) return found
  }
  throw new Error('a window opens every week')
}

function openOn(date: Temporal.PlainDate, { from, to, zone }: OperatorsWindow): OpenTime {
  const end = to > from ? date : date.add({ days: 1 })
  return { opens: secondsAt(date, from, zone), closes: secondsAt(end, to, zone) }
}

function secondsAt(date: Temporal.PlainDate, time: string, timeZone: string): number {
  const zoned = date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) })
  return Math.floor(zoned.epochMilliseconds / 1000)
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
