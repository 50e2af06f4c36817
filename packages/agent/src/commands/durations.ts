/** Lengths of time and moments as people write them: `1h`, `7d`, `2026-12-24T18:00+01:00`. */
import { UsageError } from './command.ts'

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const

export function parseDurationSeconds(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  const seconds = Number(count) * (UNITS[unit as keyof typeof UNITS] ?? 0)
  if (seconds > 0) return seconds
  throw new UsageError(`${text} is no length of time. Write it as 1h, 1d or 7d.`)
}

/** Seconds since 1970. A time without a zone would mean another one on another machine. */
export function parseMomentSeconds(text: string): number {
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text)
  const moment = Date.parse(text)
  if (hasZone && Number.isFinite(moment)) return Math.floor(moment / 1000)
  throw new UsageError(`${text} is no time with its zone. Write it as 2026-12-24T18:00+01:00.`)
}

export function sayMoment(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString('sv-SE', { timeZoneName: 'short' })
}

export function sayDuration(seconds: number): string {
  if (seconds >= 2 * UNITS.d) return `${Math.floor(seconds / UNITS.d)} days`
  if (seconds >= 2 * UNITS.h) return `${Math.floor(seconds / UNITS.h)} hours`
  if (seconds >= 2 * UNITS.m) return `${Math.floor(seconds / UNITS.m)} minutes`
  return `${seconds} seconds`
}

export function sayBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`
  return `${Math.ceil(bytes / 1e3)} kB`
}
