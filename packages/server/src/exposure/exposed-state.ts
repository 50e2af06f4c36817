/**
 * In which state a device is that runs an affected version; each is in exactly one, the first that holds. The database
 * says the same (adapters/sql/exposure/state-sql.ts), and a test holds both to the same devices.
 */
export const EXPOSED_STATES = [
  /** No fix can reach it. */
  'unsupported',
  /** Not connected, and not seen for long enough. */
  'offline',
  /** Its owner wants nothing to be installed by itself. */
  'optedOut',
  /** Its owner put it off. */
  'postponed',
  /** Nothing but time lies between it and the fix. */
  'pending',
] as const
export type ExposedState = (typeof EXPOSED_STATES)[number]
export type ExposedCounts = Readonly<Record<ExposedState, number>>

/** Three days: a device that is switched off for the weekend is no stranger yet. */
export const OFFLINE_AFTER_SECONDS = 3 * 86_400

export interface ExposedDevice {
  /** Nothing is let through to it: revoked, or in quarantine. */
  readonly isShut: boolean
  readonly isOnline: boolean
  /** Seconds since 1970. */
  readonly lastSeenAt: number | undefined
  readonly waitingFor: string | undefined
  readonly isOptedOut: boolean
  readonly postponedUntil: number | undefined
}

export interface Moment {
  readonly now: number
  /** Who was not seen since then is offline. */
  readonly seenSince: number
}

export function exposedStateOf(device: ExposedDevice, { now, seenSince }: Moment): ExposedState {
  if (device.isShut) return 'unsupported'
  if (!device.isOnline && (device.lastSeenAt ?? 0) < seenSince) return 'offline'
  if (device.isOptedOut || device.waitingFor === 'optIn') return 'optedOut'
  const isPutOff = (device.postponedUntil ?? 0) > now || device.waitingFor === 'postponement'
  return isPutOff ? 'postponed' : 'pending'
}

export function nobodyExposed(): Record<ExposedState, number> {
  return { unsupported: 0, offline: 0, optedOut: 0, postponed: 0, pending: 0 }
}

export function addCounts(to: Record<ExposedState, number>, counts: ExposedCounts): void {
  for (const state of EXPOSED_STATES) to[state] += counts[state]
}

export function sumOf(counts: ExposedCounts): number {
  return EXPOSED_STATES.reduce((sum, state) => sum + counts[state], 0)
}
