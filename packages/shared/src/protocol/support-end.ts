/**
 * When support with security updates ends, and how near that is (CRA P-022): the device tells its owner the same steps
 * as the server its people and subscribers. Pure; times in seconds, months as `2031-08`, in UTC. A month ends when the
 * next one begins.
 */

/** Before the end; at 0 it is over. */
export const SUPPORT_NOTICE_MONTHS = [12, 6, 1, 0] as const
export type SupportNotice = (typeof SUPPORT_NOTICE_MONTHS)[number]

/** Of the month's end, less so many months. */
export function endOfSupport(month: string, monthsBefore = 0): number {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return Date.UTC(year, number - monthsBefore, 1) / 1000
}

export function isSupportOver(month: string, now: number): boolean {
  return now >= endOfSupport(month)
}

/** Those whose time has come, the one nearest to the end last; none more than a year before. */
export function supportNoticesDue(month: string, now: number): readonly SupportNotice[] {
  return SUPPORT_NOTICE_MONTHS.filter((months) => endOfSupport(month, months) <= now)
}
