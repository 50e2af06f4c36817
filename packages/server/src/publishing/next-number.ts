/**
 * The number of the next manifest, command, snapshot or timestamp: one more than the last, and never
 * below the time in seconds. Devices refuse whatever goes back, so a server restored from a backup must go
 * on above every number that it has forgotten; nothing is signed more than once a second for long. Pure.
 */
export function nextNumber(last: number | undefined, nowSeconds: number): number {
  return Math.max((last ?? 0) + 1, nowSeconds)
}
