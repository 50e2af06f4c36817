/** One row for each device of a rollout (engine/membership.ts). The adapter is adapters/sql/rollouts/member-store.ts. */

import type { DeviceFacts, Membership } from './engine/membership.ts'
import type { OpenedGroup } from './engine/move.ts'
import type { PositionRange } from './engine/plan/group-ranges.ts'
import type { Step } from './engine/plan/opening-steps.ts'
import type { Column, GroupProgress } from './engine/progress.ts'
import type { ReportedChoices } from './engine/prospect.ts'
import type { SilenceLimits } from './engine/silence.ts'

export interface RolloutKey {
  readonly product: string
  readonly id: string
}

/** What decides a column beside the device and its membership. */
export interface Counting extends RolloutKey {
  readonly cohort: string
  readonly attempt: number
  /** Of its release. */
  readonly version: string
  readonly overtakenBy: string | undefined
  readonly silence: SilenceLimits
  /** What a device needs to be offered its release, and when it is asked. */
  readonly entitlement?: { readonly name: string; readonly at: number } | undefined
}

export interface NewMember {
  readonly device: string
  readonly position: number
  /** Undefined while the ranges are not known. */
  readonly group: number | undefined
  readonly late?: boolean
  readonly held?: boolean
  readonly offeredAt?: number | undefined
}

export interface Member {
  readonly device: DeviceFacts
  readonly membership: Membership
  readonly isHeld: boolean
  /** What its owner chose, as it last reported; undefined: it has not. */
  readonly choices: ReportedChoices | undefined
  /** Seconds since 1970; now, for one that is connected. */
  readonly lastSeenAt: number | undefined
}

/** A device of the cohort, before there is a rollout. */
export type Candidate = Pick<Member, 'device' | 'choices' | 'lastSeenAt'>

export interface ReportedProgress {
  /** Devices whose last report is about this rollout, by state (protocol §12). */
  readonly byState: Readonly<Record<string, number>>
  /** Of those, by what they wait for. */
  readonly waitingFor: Readonly<Record<string, number>>
  /** Devices that committed this rollout's release. */
  readonly committed: number
  /** Devices on which it failed, and why. */
  readonly failed: number
  readonly failureCodes: Readonly<Record<string, number>>
}

/** How many devices had ended at a time, of those that have by now; as in {@link ReportedProgress}. */
export interface EndedBy {
  readonly committed: number
  readonly failed: number
}

export interface Turn {
  readonly rollout: string
  readonly device: string
  readonly group: number
  readonly hasTurn: boolean
  readonly isHeld: boolean
}

export interface MemberStore {
  /** A device that has its row keeps it. */
  add(rollout: RolloutKey, members: readonly NewMember[]): Promise<void>

  /** Devices of the cohort behind `after` that have no row, in the order of their ids. */
  missing(
    rollout: RolloutKey & { readonly cohort: string },
    after: string,
    limit: number,
  ): Promise<readonly string[]>

  /** Of those without a group, how many have each position. */
  ungrouped(rollout: RolloutKey): Promise<ReadonlyMap<number, number>>

  /** Gives those of these positions that have no group the one of their range; who is in none loses the row. */
  assignRanges(
    rollout: RolloutKey,
    ranges: readonly PositionRange[],
    positions: { readonly from: number; readonly to: number },
  ): Promise<void>

  progress(
    counting: Counting,
    groupsCount: number,
  ): Promise<{ readonly groups: readonly GroupProgress[]; readonly late: GroupProgress }>

  /** As devices reported it, beside the columns. */
  reported(counting: RolloutKey & { readonly attempt: number }): Promise<ReportedProgress>

  /** How many had ended at each of these times, which rise. */
  endedBy(
    rollout: RolloutKey & { readonly attempt: number },
    times: readonly number[],
  ): Promise<readonly EndedBy[]>

  /** When the last of those that {@link endedBy} counts ended; undefined: none has. */
  lastEnd(rollout: RolloutKey & { readonly attempt: number }): Promise<number | undefined>

  /** Who waits for their turn, by position, the lowest first. */
  steps(rollout: RolloutKey, group: number, limit: number): Promise<readonly Step[]>

  /** The turn of all below `upTo` has come. Returns those that were held. */
  offerBelow(
    rollout: RolloutKey,
    group: number,
    upTo: number,
    at: number,
  ): Promise<readonly string[]>

  /** The turn of the first `count`, by position and id, has come. Returns them all. */
  offerFirst(
    rollout: RolloutKey,
    group: OpenedGroup,
    count: number,
    at: number,
  ): Promise<readonly { readonly device: string; readonly wasHeld: boolean }[]>

  /** Who still waits below `upTo` is kept from the cohort's manifests until their turn. Returns those that were not. */
  holdBelow(rollout: RolloutKey, group: number, upTo: number): Promise<readonly string[]>

  /** Another attempt for everybody who was offered it and has not succeeded. */
  retry(rollout: RolloutKey, at: number): Promise<void>

  /** The turn of those of these devices that came to no end is now: before, they had no right to it. */
  offerAgain(
    product: string,
    rollouts: readonly string[],
    devices: readonly string[],
    at: number,
  ): Promise<void>

  /**
   * The turn of all that came to no end is now, for nobody needs a right to it any more. Returns those in these groups.
   */
  offerToAll(rollout: RolloutKey, groups: readonly number[], at: number): Promise<readonly string[]>

  /** Whether the turn of any device has come. */
  wasOffered(rollout: RolloutKey): Promise<boolean>

  find(counting: Counting, device: string): Promise<Member | undefined>

  /** Whoever a rollout to this cohort would be for, rows or none, in the order of their ids. */
  candidates(
    counting: Counting,
    query: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly Candidate[]>

  /** In the order of their ids. */
  page(
    counting: Counting,
    query: {
      readonly column?: Column | undefined
      readonly group?: number | undefined
      readonly after?: string | undefined
      readonly limit: number
    },
  ): Promise<readonly (Member & { readonly column: Column })[]>

  /** Nobody is held any more; returns who was. */
  releaseAll(rollout: RolloutKey): Promise<readonly string[]>

  heldIn(rollout: RolloutKey): Promise<readonly string[]>

  /** Their turn has not come, whatever their position: a share must not reach them. */
  hold(rollout: RolloutKey, devices: readonly string[]): Promise<void>

  /** The devices' parts in these rollouts. */
  turnsOf(
    product: string,
    rollouts: readonly string[],
    devices: readonly string[],
  ): Promise<readonly Turn[]>

  /** The devices by the cohort that they are in now. */
  cohortsOf(product: string, devices: readonly string[]): Promise<ReadonlyMap<string, string[]>>
}
