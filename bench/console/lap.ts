/** What each device tells in a lap: how its download goes, and then that it is back at what it ran before. */

/** Percent. */
export const PROGRESS = [10, 30, 50, 70, 90]
export const REPORTS_PER_LAP = PROGRESS.length + 1
