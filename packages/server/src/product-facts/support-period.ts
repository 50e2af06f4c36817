/**
 * How long a product gets security updates at least (Art. 13(8), CRA P-020); when they end, the device knows as well:
 * `endOfSupport` of shared. Pure; months as `2031-08`, days as `2026-08-21`, all in UTC.
 */

const FIVE_YEARS_MONTHS = 60

export interface SupportPeriod {
  /** The day on which it was placed on the market. */
  readonly starts: string
  readonly ends: string
  readonly expectedUseMonths: number
  readonly reasoning: string
  readonly shorterBecause?: string | undefined
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
