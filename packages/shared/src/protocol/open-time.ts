/**
 * When hours of the week are open, in the wall clock time of a place (IANA time zone). A window belongs to the
 * weekday on which it opens, and one whose end is before its beginning closes on the next day.
 *
 * Days on which clocks are moved: a wall clock time that does not exist (02:30 in the hour that is
 * skipped) is taken as if the clock had not been moved yet, so it comes later, at 03:30; one that comes twice means
 * its first time. So a window is never lost, and never opens twice. Temporal's `compatible`.
 */
import type { WeeklyHours } from './weekly-hours.ts'

/** Seconds since 1970; open from `opens` on, before `closes`. */
export interface OpenTime {
  readonly opens: number
  readonly closes: number
}

/** Every weekday comes twice: once its window can come to nothing, on a day whose clocks are moved. */
const DAYS_AHEAD = 14

/** The time that is open at `now`, or the next one. `now` in seconds since 1970. */
export function openTimeAt(now: number, hours: WeeklyHours, timeZone: string): OpenTime {
  const here = Temporal.Instant.fromEpochMilliseconds(now * 1000).toZonedDateTimeISO(timeZone)
  for (let day = -1; day <= DAYS_AHEAD; day += 1) {
    const date = here.toPlainDate().add({ days: day })
    if (!hours.weekdays.includes(date.dayOfWeek)) continue
    const found = openOn(date, hours, timeZone)
    // On a day whose clocks are moved, a short window can come to nothing.
    if (found.closes > found.opens && now < found.closes) return found
  }
  throw new Error('a window opens every week')
}

function openOn(date: Temporal.PlainDate, { from, to }: WeeklyHours, timeZone: string): OpenTime {
  const end = to > from ? date : date.add({ days: 1 })
  return { opens: secondsAt(date, from, timeZone), closes: secondsAt(end, to, timeZone) }
}

function secondsAt(date: Temporal.PlainDate, time: string, timeZone: string): number {
  const zoned = date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) })
  return Math.floor(zoned.epochMilliseconds / 1000)
}
