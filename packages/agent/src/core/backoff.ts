/**
 * Exponential backoff with full jitter: devices that lost the server together must not all come
 * back together (AWS Architecture Blog, "Exponential Backoff and Jitter").
 */

export interface Backoff {
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

/** protocol §8.3 */
export const DEFAULT_BACKOFF: Backoff = { firstDelayMs: 1_000, maxDelayMs: 300_000 }

/**
 * How long to wait after `failures` failures in a row, counting from 1. `chance` is 0 ≤ x < 1.
 * Never zero, so that a server that refuses at once is not asked in a tight loop.
 */
export function backoffMs(failures: number, { firstDelayMs, maxDelayMs }: Backoff, chance: number) {
  // 2^30 times any first delay is above every maximum; a larger exponent would only overflow.
  const doublings = Math.min(Math.max(failures, 1) - 1, 30)
  const ceilingMs = Math.min(maxDelayMs, firstDelayMs * 2 ** doublings)
  return Math.max(1, Math.round(ceilingMs * chance))
}
