/** Figures as a sentence says them. */

export function counted(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`
}

/** 0.05 → 5 % */
export function percent(share: number): string {
  return `${Math.round(share * 1e6) / 1e4} %`
}

/** Seconds since 1970, in a zone by its IANA name; `device` is told in UTC. */
export function instant(at: number, zone = 'UTC'): string {
  const here = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(zone)
  return `${here.toPlainDate()} ${here.toPlainTime().toString({ smallestUnit: 'minute' })} ${zone}`
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** The largest unit, and halves of nothing: 5400 seconds are 90 minutes. */
export function duration(seconds: number): string {
  for (const [unit, length] of UNITS) {
    if (seconds >= length && seconds % length === 0) return counted(seconds / length, unit)
  }
  if (seconds < 120) return counted(seconds, 'second')
  return seconds < 7200
    ? counted(Math.floor(seconds / 60), 'minute')
    : counted(Math.floor(seconds / 3600), 'hour')
}

/** A sentence as the second half of another one. */
export function continued(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}
