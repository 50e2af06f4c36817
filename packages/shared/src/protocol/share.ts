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
  return sharePosition(share.salt, device) < share.upTo
}

/** 0 … 9999: a share reaches the device once its `upTo` is above this. */
export function sharePosition(salt: string, device: string): number {
  const digest = sha256(new TextEncoder().encode(`${salt}\n${device}`))
  const first32Bits = new DataView(digest.buffer, digest.byteOffset).getUint32(0)
  // Exact: the product stays below 2^46 and 2^32 divides without rounding, so no device is moved across an edge.
  return Math.floor((first32Bits * SHARE_ALL) / 2 ** 32)
}
