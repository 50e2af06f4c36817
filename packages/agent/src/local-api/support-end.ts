/**
 * How near the signed end of support is (CRA P-022): the same steps as the server tells its people and subscribers, by
 * the device's own clock. Pure; months as `2031-08`, which end when the next one begins, in UTC.
 */

export const SUPPORT_NOTICE_MONTHS = [12, 6, 1, 0] as const
export type SupportNotice = (typeof SUPPORT_NOTICE_MONTHS)[number]

/** The step nearest to the end that has come; undefined more than a year before. `now` in seconds. */
export function supportNotice(month: string, now: number): SupportNotice | undefined {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return SUPPORT_NOTICE_MONTHS.findLast(
    (months) => now * 1000 >= Date.UTC(year, number - months, 1),
  )
}
