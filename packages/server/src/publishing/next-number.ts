/**
 * The numbers of what this server signs: one more than the last, and never below the time in seconds. Devices
 * refuse whatever goes back, so a server restored from a backup must go on above every number that it has
 * forgotten; nothing is signed more than once a second for long. Pure.
 */
import { SEQUENCE_LEAD_MAX } from '@fleetward/shared'

/** Of a snapshot or timestamp. */
export function nextVersion(last: number | undefined, nowSeconds: number): number {
  return Math.max((last ?? 0) + 1, nowSeconds)
}

/**
 * Of a manifest or command. A number further ahead than any device accepts (a clock that was wrong when it was
 * given) is dropped, or nothing could be signed until that time comes.
 */
export function nextSequence(last: number | undefined, nowSeconds: number): number {
  const next = nextVersion(last, nowSeconds)
  return next > nowSeconds + SEQUENCE_LEAD_MAX ? nowSeconds : next
}
