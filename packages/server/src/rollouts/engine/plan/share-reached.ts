/**
 * Whether `part` of `whole` reaches a share that people write in decimals: 7 of 100 reaches 0.07, although
 * 0.07 × 100 is more than 7 in binary. Shares are meant to a millionth.
 */
export function reachesShare(part: number, whole: number, share: number): boolean {
  return part >= (share - 1e-9) * whole
}
