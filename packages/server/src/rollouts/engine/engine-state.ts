/** What must be durable between two ticks of a rollout; plain data, so that it can be kept as JSON. */
import type { Because } from './explain/because.ts'
import type { RolloutState } from './rollout-state.ts'

export interface EngineState {
  readonly state: RolloutState
  /** Of a scheduled rollout: seconds since 1970. */
  readonly startsAt?: number | undefined
  /** Index of the last group that is open; -1 before the first. */
  readonly openGroup: number
  /** When it was last looked at, seconds since 1970. */
  readonly observedAt?: number | undefined
  /** Since when its offer has stood without a break; undefined while it is paused, stopped or overtaken. */
  readonly offeringSince?: number | undefined
  /**
   * For how long the open group has met its success share without a break, as far as the server was there to
   * see it; undefined while it does not.
   */
  readonly metSeconds?: number | undefined
  /** Oldest first: those of the last 60 seconds, and the last one in any case. */
  readonly openings: readonly Opening[]
  /** Devices opened in all. */
  readonly opened: number
  /** Most successes ever seen: what an exponential pace has risen with. */
  readonly successes: number
  /** The group after which it paused itself, so that it does so once. */
  readonly pausedAfter?: number | undefined
  /**
   * Failures that an operator has seen and accepted by going on; they count no more. One number for each
   * group, and one for those who joined late.
   */
  readonly accepted: { readonly groups: readonly number[]; readonly late: number }
  /** Why it paused or stopped itself. */
  readonly halted?: Because | undefined
  /** It runs or has finished, and nothing more happens until a person decides. */
  readonly stuck?: Stuck | undefined
}

export interface Stuck {
  /** Seconds since 1970. */
  readonly since: number
  /** As it was when that was last written down. */
  readonly because: Because
}

export interface Opening {
  /** Seconds since 1970. */
  readonly at: number
  readonly count: number
}

/** Of the rollout as it is created. */
export function newEngineState(groupsCount: number): EngineState {
  return {
    state: 'creating',
    openGroup: -1,
    openings: [],
    opened: 0,
    successes: 0,
    accepted: { groups: Array.from({ length: groupsCount }, () => 0), late: 0 },
  }
}
