/** One device's part in one rollout, and what is known of the device: what columnOf looks at. */
import type { UpdateStateName, WaitingFor } from '@fleetward/shared'

/** Durable, one row for each device of the rollout. Instants are seconds since 1970. */
export interface Membership {
  /** Index into the plan's groups. */
  readonly group: number
  /** Its turn had passed when it joined: it is held until the pace lets it in, and no group waits for it. */
  readonly late: boolean
  /** 0–9999, protocol §5.3. */
  readonly position: number
  /** When its turn came; undefined while it waits for it. */
  readonly offeredAt: number | undefined
  /**
   * From when its silence counts: its first sign of life after the offer, later the last time it said that
   * it waits or no longer waits. Undefined while it was not seen since the offer.
   */
  readonly silenceFrom: number | undefined
  /** How it ended, in the latest attempt that has ended. */
  readonly end: MembershipEnd | undefined
}

export interface MembershipEnd {
  readonly as: 'succeeded' | 'failed'
  readonly attempt: number
  readonly at: number
  readonly code: string | undefined
}

/** The device as its own row has it, whatever rollout it is busy with. */
export interface DeviceFacts {
  readonly device: string
  /** What its last report said. */
  readonly version: string | undefined
  readonly rollout: string | undefined
  readonly state: UpdateStateName | undefined
  readonly waitingFor: WaitingFor | undefined
  readonly optedOut: boolean
  readonly postponedUntil: number | undefined
  /** The server's own reason to offer it nothing. */
  readonly blocked: BlockedBy | undefined
}

export const BLOCKED_BY = [
  ...(['revoked', 'quarantined', 'decommissioned', 'leftCohort'] as const),
  /** The release asks for an entitlement that it does not have, or not any more. */
  'notEntitled',
] as const
export type BlockedBy = (typeof BLOCKED_BY)[number]
