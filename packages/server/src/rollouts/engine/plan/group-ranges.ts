/**
 * Which devices are in which group. Filters take their devices first, the first filter that fits; the others
 * share the positions from 0 on, in the plan's order. Whole positions, because a position that belonged to two
 * groups would be opened with the first.
 */
import { SHARE_ALL } from '@fleetward/shared'
import type { RolloutPlan } from './plan.ts'

/** Positions `from` ≤ p < `to`; undefined for a group that is a filter. */
export type PositionRange = { readonly from: number; readonly to: number } | undefined

export interface TooSmallCount {
  readonly group: number
  readonly asked: number
  /** Devices of its first position, fewer than which cannot be opened by position. */
  readonly least: number
}

export interface GroupRanges {
  /** In the plan's order. */
  readonly ranges: readonly PositionRange[]
  /** Groups by count that would get more devices than asked for; a filter can name so few. */
  readonly tooSmall: readonly TooSmallCount[]
}

/** `devicesAt`: how many devices of the cohort, without those a filter takes, have the position. */
export function groupRanges(
  { groups }: RolloutPlan,
  devicesAt: (position: number) => number,
): GroupRanges {
  const tooSmall: TooSmallCount[] = []
  let from = 0
  // Shares add up before they are rounded, so that ten groups of a tenth are the whole cohort.
  let shares = 0
  const ranges = groups.map(({ members }, group): PositionRange => {
    if ('filter' in members) return undefined
    const start = from
    if ('rest' in members) {
      from = SHARE_ALL
    } else if ('share' in members) {
      shares += members.share
      from = Math.max(start, Math.min(SHARE_ALL, Math.round(shares * SHARE_ALL)))
    } else {
      const { end, least } = endOfCount(members.count, start, devicesAt)
      if (least !== undefined) tooSmall.push({ group, asked: members.count, least })
      from = end
      // What a count takes is no part of the shares after it.
      shares = Math.max(shares, from / SHARE_ALL)
    }
    return { from: start, to: from }
  })
  return { ranges, tooSmall }
}

/** As many whole positions as hold no more than `count` devices. */
function endOfCount(
  count: number,
  start: number,
  devicesAt: (position: number) => number,
): { readonly end: number; readonly least?: number } {
  let devices = 0
  for (let position = start; position < SHARE_ALL; position += 1) {
    const here = devicesAt(position)
    if (devices + here > count) {
      return devices === 0 ? { end: position, least: here } : { end: position }
    }
    devices += here
  }
  return { end: SHARE_ALL }
}

/** The group of a device that no filter takes; undefined: the rollout is not for it. */
export function groupAt(ranges: readonly PositionRange[], position: number): number | undefined {
  const group = ranges.findIndex(
    (range) => range !== undefined && range.from <= position && position < range.to,
  )
  return group < 0 ? undefined : group
}
