/**
 * A rollout offers a release to a share of a cohort.
 *
 *   running ⇄ paused
 *      └────┬────┘
 *       withdrawn
 *
 * Paused: no device starts any more, those on their way go on. Withdrawn: devices that have not
 * switched yet drop it; it never comes back, a new rollout does. Pure; the store keeps it.
 */
import { type Notice, type Policy, SHARE_ALL, type Share } from '@fleetward/shared'

export type RolloutState = 'running' | 'paused' | 'withdrawn'

export interface Rollout {
  readonly product: string
  readonly id: string
  /** Version of the release. */
  readonly release: string
  readonly cohort: string
  readonly state: RolloutState
  /** Grows when the operator asks devices on which it failed to try again (protocol §5.4). */
  readonly attempt: number
  readonly share: Share
  readonly policy: Policy
  readonly notice: Notice
  /** Grows with every write; the condition of the next one. */
  readonly revision: number
  /** Seconds since 1970. */
  readonly startedAt: number
  readonly changedAt: number
}

export type Move = 'pause' | 'resume' | 'withdraw'

const MOVES: Readonly<Record<Move, Partial<Record<RolloutState, RolloutState>>>> = {
  pause: { running: 'paused', paused: 'paused' },
  resume: { paused: 'running', running: 'running' },
  withdraw: { running: 'withdrawn', paused: 'withdrawn', withdrawn: 'withdrawn' },
}

/** The very same object when nothing changes; undefined when the move is not open to the rollout. */
export function moveRollout(rollout: Rollout, move: Move, now: number): Rollout | undefined {
  const state = MOVES[move][rollout.state]
  if (state === undefined) return undefined
  return state === rollout.state ? rollout : changed(rollout, { state }, now)
}

/**
 * A share only grows: whoever was offered the release keeps the offer. Taking it back is
 * withdrawing. Undefined when `upTo` is smaller than now.
 */
export function widenRollout(rollout: Rollout, upTo: number, now: number): Rollout | undefined {
  if (upTo < rollout.share.upTo) return undefined
  if (upTo === rollout.share.upTo) return rollout
  return changed(rollout, { share: { ...rollout.share, upTo } }, now)
}

export function retryRollout(rollout: Rollout, now: number): Rollout {
  return changed(rollout, { attempt: rollout.attempt + 1 }, now)
}

function changed(rollout: Rollout, change: Partial<Rollout>, now: number): Rollout {
  return { ...rollout, ...change, revision: rollout.revision + 1, changedAt: now }
}

/** 0–1 as people write it → ten-thousandths, as devices count. Never 0 for a share above 0. */
export function upToOf(share: number): number {
  return Math.min(SHARE_ALL, Math.max(0, Math.ceil(share * SHARE_ALL - 1e-6)))
}

export function shareOf(upTo: number): number {
  return upTo / SHARE_ALL
}
