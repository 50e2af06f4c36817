/**
 * How far a rollout has come: each of its devices is in exactly one column. Only the columns of
 * {@link COUNTING} are in a denominator; who postpones, opted out, waits or is away neither succeeds nor fails.
 */

export const COLUMNS = [
  /** Its turn has not come. */
  'notOffered',
  'offered',
  'underWay',
  'succeeded',
  'failed',
  /** Seen since the offer, and no end within the time limit: counts as failed. */
  'silent',
  /** Its owner is asked and has not agreed yet. */
  'waitingForConsent',
  /** Its owner's maintenance window is closed, or that of the operator. */
  'waitingForWindow',
  /** For anything else: power, space, the product, its own start. */
  'waiting',
  'postponed',
  'optedOut',
  /** Not seen since the offer. */
  'offline',
  /** Nothing is offered to it: revoked, quarantined, decommissioned, moved to another cohort. */
  'blocked',
  /** Another rollout is offered to it instead, or it runs something newer. */
  'overtaken',
] as const

export type Column = (typeof COLUMNS)[number]

export const COUNTING = ['offered', 'underWay', 'succeeded', 'failed', 'silent'] as const

/** In no denominator as they stand, and may come into one. Apart for people; to the arithmetic they are one. */
export const MAY_STILL_SPEAK = [
  ...(['waitingForConsent', 'waitingForWindow', 'waiting'] as const),
  ...(['postponed', 'offline'] as const),
] as const

/** How many devices are in each column. */
export type GroupProgress = Readonly<Record<Column, number>>

export interface RolloutProgress {
  /** In the plan's order, without those who joined late. */
  readonly groups: readonly GroupProgress[]
  /** Who joined when its turn had passed, whatever the group. */
  readonly late: GroupProgress
  /** Bytes that one device transfers. */
  readonly artifactBytes: number
  /** Another rollout of the cohort is offered in its place (precedence.ts). */
  readonly overtakenBy?: string | undefined
}

export function nobody(): GroupProgress {
  return Object.fromEntries(COLUMNS.map((column) => [column, 0])) as GroupProgress
}

/** Devices of a group, of all its columns. */
export function membersIn(counts: GroupProgress): number {
  return COLUMNS.reduce((sum, column) => sum + counts[column], 0)
}

export function membersOf({ groups, late }: RolloutProgress): number {
  return groups.reduce((sum, counts) => sum + membersIn(counts), membersIn(late))
}
