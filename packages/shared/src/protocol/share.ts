/**
 * Which devices of a cohort a rollout has reached (docs/protocol.md §5.3). Widening a rollout is
 * the same manifest with a larger `upTo`, and a device that took part always goes on taking part.
 */
import { sha256 } from '@noble/hashes/sha2.js'

/** `upTo` counts ten-thousandths of the cohort. */
export const SHARE_ALL = 10_000

export interface Share {
  /** Chance per rollout, so that the same devices are not always the first. */
  readonly salt: string
  /** 0 … 10000: how many ten-thousandths of the devices take part. */
  readonly upTo: number
}

export function takesPart(share: Share, device: string): boolean {
  const digest = sha256(new TextEncoder().encode(`${share.salt}\n${device}`))
  const first32Bits = new DataView(digest.buffer, digest.byteOffset).getUint32(0)
  // Exact: both products stay below 2^46, so no rounding can move a device across the edge.
  return first32Bits * SHARE_ALL < share.upTo * 2 ** 32
}
