/** When a delivery that failed is tried again, and when the server gives up. Pure; seconds. */

const FIRST_DELAY_SECONDS = 10
const FACTOR = 3
const LONGEST_DELAY_SECONDS = 12 * 3_600
/** So long nothing may get through; within it there are about fifteen tries. */
export const GIVES_UP_AFTER_SECONDS = 3 * 86_400
const RETRY_AFTER_MAX_SECONDS = 86_400

/**
 * How long to wait after `attempts` failures of one event. `chance` is 0 ≤ x < 1: receivers that failed together
 * are not asked together. `retryAfter` is what the receiver itself asked for.
 */
export function delaySeconds(attempts: number, chance: number, retryAfter = 0): number {
  // 3^10 times the first delay is above the longest; a larger exponent would only overflow.
  const exponent = Math.min(Math.max(attempts, 1) - 1, 10)
  const ceiling = Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * FACTOR ** exponent)
  const delay = Math.round(ceiling * (0.5 + chance / 2))
  return Math.max(delay, Math.min(retryAfter, RETRY_AFTER_MAX_SECONDS))
}

export function givesUp(failingSince: number | undefined, now: number): boolean {
  return failingSince !== undefined && now - failingSince >= GIVES_UP_AFTER_SECONDS
}
