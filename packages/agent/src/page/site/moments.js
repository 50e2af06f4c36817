/** Times and durations as people read them. Times of the API are seconds since 1970. */
import { currentLocale, currentZone, number, say } from './words.js'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

export function atTime(seconds) {
  return format(seconds, { dateStyle: 'medium', timeStyle: 'short' })
}

export function onDay(seconds) {
  return format(seconds, { dateStyle: 'long' })
}

/** `2031-08` */
export function inMonth(month) {
  const [year, index] = month.split('-').map(Number)
  const date = new Date(Date.UTC(year, index - 1, 15))
  return new Intl.DateTimeFormat(currentLocale(), { month: 'long', year: 'numeric' }).format(date)
}

export function weekday(day, style = 'long') {
  // 1 January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, day))
  return new Intl.DateTimeFormat(currentLocale(), { weekday: style, timeZone: 'UTC' }).format(date)
}

/** In the largest unit that fits, never more than it is. */
export function duration(seconds) {
  if (seconds >= 2 * DAY || seconds === DAY) return unit(Math.floor(seconds / DAY), 'day')
  if (seconds >= HOUR) return unit(Math.floor(seconds / HOUR), 'hour')
  return unit(Math.max(1, Math.floor(seconds / MINUTE)), 'minute')
}

/** In minutes and more, rounded up: a promise about waiting. */
export function atMost(seconds) {
  return duration(seconds >= HOUR ? seconds : Math.ceil(seconds / MINUTE) * MINUTE)
}

export function size(bytes) {
  if (bytes < 1_000_000) return unit(Math.max(1, Math.round(bytes / 1000)), 'kilobyte', 'short')
  const megabytes = bytes / 1_000_000
  return unit(
    megabytes < 10 ? Math.round(megabytes * 10) / 10 : Math.round(megabytes),
    'megabyte',
    'short',
  )
}

export function windowWords({ weekdays, from, to, timeZone }) {
  const days =
    weekdays.length === 7
      ? say('window.everyDay')
      : weekdays.map((day) => weekday(day, 'short')).join(', ')
  return say('window.summary', { days, from, to, timeZone })
}

/** What a date field holds, read in the device's time zone, as seconds since 1970. */
export function fromField(value) {
  const wallMs = Date.parse(`${value}Z`)
  if (!Number.isFinite(wallMs)) return undefined
  // Twice: the first offset may be the one on the other side of a change of the clocks.
  const once = wallMs - zoneOffsetMs(wallMs)
  return Math.floor((wallMs - zoneOffsetMs(once)) / 1000)
}

/** For `min` and `max` of a date field, in the device's time zone. */
export function toField(seconds) {
  const ms = seconds * 1000
  return new Date(ms + zoneOffsetMs(ms)).toISOString().slice(0, 16)
}

function zoneOffsetMs(ms) {
  const timeZone = currentZone()
  const parts = new Intl.DateTimeFormat('en-u-hc-h23', {
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    ...(timeZone === undefined ? {} : { timeZone }),
  }).formatToParts(ms)
  const [year, month, day, hour, minute, second] = [
    ...['year', 'month', 'day', 'hour', 'minute', 'second'],
  ].map((type) => Number(parts.find((part) => part.type === type)?.value))
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000
}

function unit(value, name, unitDisplay = 'long') {
  return number(value, { style: 'unit', unit: name, unitDisplay })
}

function format(seconds, options) {
  const timeZone = currentZone()
  const all = timeZone === undefined ? options : { ...options, timeZone }
  return new Intl.DateTimeFormat(currentLocale(), all).format(new Date(seconds * 1000))
}
