/** When a mail that was not taken is tried again, and when it is given up. Pure; seconds. */

const FIRST_DELAY_SECONDS = 60
const FACTOR = 3
const LONGEST_DELAY_SECONDS = 6 * 3_600
/** RFC 5321 §4.5.4.1 recommends four to five days. */
export const GIVES_UP_AFTER_SECONDS = 4 * 86_400

/** How long to wait after so many attempts. `chance` is 0 ≤ x < 1: mails that failed together do not come together. */
export function delayOf(attempts: number, chance: number): number {
  const exponent = Math.min(Math.max(attempts, 1) - 1, 10)
  const ceiling = Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * FACTOR ** exponent)
  return Math.round(ceiling * (0.5 + chance / 2))
}

export function isGivenUp(addedAt: number, now: number): boolean {
  return now - addedAt >= GIVES_UP_AFTER_SECONDS
}
