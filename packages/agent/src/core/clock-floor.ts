/**
 * A device's idea of the time (protocol §2.2): `max(system clock, floor)`. The floor is the newest
 * time it has verified, kept across restarts and never lowered: so a device whose clock starts in
 * 1970 cannot be held on expired metadata (threat model: freeze), and a clock set back by somebody on
 * the local network changes nothing. Pure; the system clock is an argument.
 */
import { CLOCK_TOLERANCE_SECONDS } from '@fleetward/shared'

export function flooredMs(systemMs: number, floorSeconds: number): number {
  return Math.max(systemMs, floorSeconds * 1000)
}

/** As messages have it: whole seconds since 1970. */
export function flooredSeconds(systemMs: number, floorSeconds: number): number {
  return Math.floor(flooredMs(systemMs, floorSeconds) / 1000)
}

/** The floor after a document signed at `verifiedSeconds` was accepted. */
export function raiseFloor(floorSeconds: number, verifiedSeconds: number): number {
  return Math.max(floorSeconds, verifiedSeconds)
}

/**
 * Reported as `clockUnsure`: the system clock is behind what was already verified, by more than two
 * honest clocks may differ.
 */
export function isClockUnsure(systemMs: number, floorSeconds: number): boolean {
  return systemMs < (floorSeconds - CLOCK_TOLERANCE_SECONDS) * 1000
}
