/** How many devices of a rollout had its release when. Counts devices: not inside a transaction, which would keep everybody waiting. */
import type { Stores } from '../../stores.ts'
import type { EndedBy } from '../member-store.ts'
import type { Rollout, RolloutState } from '../rollout.ts'
import { curveTimes } from './curve-times.ts'
import { momentsOf, type RolloutMoment } from './moments.ts'

export interface RolloutCurve {
  readonly asOf: number
  readonly curve: readonly (EndedBy & { readonly at: number })[]
  /** What happened from its first point on; each has a point. */
  readonly moments: readonly RolloutMoment[]
  readonly areMomentsWhole: boolean
}

/** Nothing opens any more by itself: the curve ends with the last that happened. */
const OVER: readonly RolloutState[] = ['finished', 'stopped', 'withdrawn']

export async function curveOf(
  stores: Pick<Stores, 'audit' | 'members'>,
  rollout: Rollout,
  now: number,
): Promise<RolloutCurve> {
  const { moments: all, areWhole } = await momentsOf(stores, rollout)
  const lastEnd = await stores.members.lastEnd(rollout)
  const opened = areWhole ? all.find(({ kind }) => kind === 'groupOpened')?.at : undefined
  // Of a rollout of before there were groups, or before the log begins, it is not known when it opened.
  const isOpened = opened !== undefined || lastEnd !== undefined || rollout.engine.openGroup >= 0
  if (!isOpened) return { asOf: now, curve: [], moments: [], areMomentsWhole: areWhole }
  const from = opened ?? rollout.startedAt
  const moments = all.filter(({ at }) => at >= from)
  const last = Math.max(lastEnd ?? from, moments.at(-1)?.at ?? from)
  const to = OVER.includes(rollout.state) ? last : Math.max(last, now)
  const times = curveTimes(from, to, moments)
  const ended = await stores.members.endedBy(rollout, times)
  return {
    ...{ asOf: now, moments, areMomentsWhole: areWhole },
    curve: ended.map((counts, index) => ({ at: times[index] ?? to, ...counts })),
  }
}
