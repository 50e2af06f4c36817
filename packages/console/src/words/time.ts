/** Times as a person reads them: in the viewer's zone, and how long ago or until then. Seconds since 1970 in. */
import { locale } from './language.ts'

export function timeWords(seconds: number, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale(), {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone },
  }).format(seconds * 1000)
}

export function dayWords(seconds: number, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeZone }).format(seconds * 1000)
}

/** "December 2034" for 2034-12. What is no month stays as it is. */
export function monthText(text: string): string {
  const at = Date.parse(`${text}-01T00:00:00Z`)
  const words = { year: 'numeric', month: 'long', timeZone: 'UTC' } as const
  return Number.isFinite(at) ? new Intl.DateTimeFormat(locale(), words).format(at) : text
}

/** For 2034-12-31: a day is the same day everywhere. */
export function dayText(text: string): string {
  const at = Date.parse(`${text}T00:00:00Z`) / 1000
  return Number.isFinite(at) ? dayWords(at, 'UTC') : text
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "in 3 hours", "2 days ago". */
export function distanceWords(seconds: number, nowSeconds = Date.now() / 1000): string {
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  const distance = seconds - nowSeconds
  const [unit, length] = STEPS.find(([, step]) => Math.abs(distance) >= step) ?? ['second', 1]
  return words.format(Math.trunc(distance / length), unit)
}

/** "3 h 20 min": a length of time that nobody has to compute with. */
export function durationWords(seconds: number): string {
  const parts: readonly (readonly [string, number])[] = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor((seconds % 86_400) / 3600)],
    ['minute', Math.floor((seconds % 3600) / 60)],
    ['second', Math.floor(seconds % 60)],
  ]
  const first = parts.findIndex(([, count]) => count > 0)
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([, n]) => n > 0)
  return shown
    .map(([unit, value]) =>
      new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ')
}
