/** Hours of the week, in somebody's local time; who adds the time zone says whose. */
import type { Fields } from '../json/fields.ts'

/** Belongs to the weekday on which it opens; open over midnight when `to` is before `from`. */
export interface WeeklyHours {
  /** 1 is Monday, 7 is Sunday; rising, each once. */
  readonly weekdays: readonly number[]
  /** `HH:MM` */
  readonly from: string
  readonly to: string
}

/** The caller refuses other fields. */
export function readWeeklyHours(fields: Fields): WeeklyHours {
  const hours = {
    weekdays: fields.list('weekdays', { min: 1, max: 7 }, (items, index) =>
      items.integer(index, 1, 7),
    ),
    from: fields.matching('from', isTimeOfDay, 'HH:MM'),
    to: fields.matching('to', isTimeOfDay, 'HH:MM'),
  }
  const isRising = hours.weekdays.every(
    (day, at) => at === 0 || day > Number(hours.weekdays[at - 1]),
  )
  fields.require(isRising, 'weekdays', 'rising, each once')
  fields.require(hours.from !== hours.to, 'to', 'another time than from')
  return hours
}

function isTimeOfDay(text: unknown): text is string {
  return typeof text === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(text)
}
