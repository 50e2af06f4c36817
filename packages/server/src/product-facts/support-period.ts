/**
 * How long a product gets security updates (Art. 13(8), CRA P-020) and when somebody is to be told that it ends (CRA
 * P-022). Pure; times in seconds, months as `2031-08`, days as `2026-08-21`, all in UTC. A month ends when the next begins.
 */

const FIVE_YEARS_MONTHS = 60
/** Before the end; at 0 it is over. */
export const NOTICE_MONTHS = [12, 6, 1, 0] as const

export interface SupportPeriod {
  /** The day on which it was placed on the market. */
  readonly starts: string
  readonly ends: string
  readonly expectedUseMonths: number
  readonly reasoning: string
  readonly shorterBecause?: string | undefined
}

/** Of the month's end, less so many months. */
export function endOfSupport(ends: string, monthsBefore = 0): number {
  const [year = 0, month = 0] = ends.split('-').map(Number)
  return Date.UTC(year, month - monthsBefore, 1) / 1000
}

export function isOver(ends: string, now: number): boolean {
  return now >= endOfSupport(ends)
}

/** The first month whose end lies no earlier than so many months after that day. */
export function earliestEnd(starts: string, months: number): string {
  const [year = 0, month = 1, day = 1] = starts.split('-').map(Number)
  // The day before is the last one that has to be covered; the thirty-first of a short month runs over into the next.
  const last = new Date(Date.UTC(year, month - 1 + months, day) - 1)
  return last.toISOString().slice(0, 7)
}

/** The month it has to last to at least; undefined when it does. */
export function missingUntil(period: SupportPeriod): string | undefined {
  const { starts, ends, expectedUseMonths, shorterBecause } = period
  const fiveYears = earliestEnd(starts, FIVE_YEARS_MONTHS)
  if (ends >= fiveYears) return undefined
  // Shorter only where nobody is expected to use it for five years, and not shorter than that use.
  if (expectedUseMonths >= FIVE_YEARS_MONTHS || shorterBecause === undefined) return fiveYears
  const asUsed = earliestEnd(starts, expectedUseMonths)
  return ends >= asUsed ? undefined : asUsed
}

/** Those whose time has come, the one nearest to the end last. */
export function noticesDue(ends: string, now: number): readonly number[] {
  return NOTICE_MONTHS.filter((months) => endOfSupport(ends, months) <= now)
}
