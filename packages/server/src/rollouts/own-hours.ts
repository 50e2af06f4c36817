/**
 * In whose night: when windows open that devices keep themselves, each with how many devices. Theirs are the hours
 * that an owner set, and the operator's where they are on the device's clock. Pure.
 */
import type { OpenTime } from '@fleetward/shared'
import { type OwnWindow, openTime, ownWindow } from '../devices/own-window.ts'
import type { RolloutPlan } from './engine/plan/plan.ts'

/** Of devices that install by themselves: who asks its owner starts at the owner's word, at any hour. */
export interface CountedHours {
  /** By {@link ReportedChoices.ownWindow}; '' did not tell. */
  readonly windows: ReadonlyMap<string, number>
  /** By the zone on whose clock the device keeps an operator's window; '' did not tell. */
  readonly zones: ReadonlyMap<string, number>
}

export interface OwnHours {
  readonly ownersHours: {
    readonly windows: readonly (OwnWindow & { readonly devices: number })[]
    /** Devices with further windows. */
    readonly further: number
    /** Devices whose owners set none. */
    readonly anyHour: number
    readonly untold: number
  }
  /** Of the operator's window, where it is on the device's clock. */
  readonly deviceClocks?: {
    readonly clocks: readonly (OpenTime & { readonly timeZone: string; readonly devices: number })[]
    readonly further: number
    readonly untold: number
  }
}

/** Owners may set as many windows as there are owners. */
const SHOWN_COUNT = 10
/** When each opens takes a while to find out, in which no device is answered: of a million nobody looks at all. */
const READ_COUNT = 1_000

export function ownHours(
  { windows, zones }: CountedHours,
  window: RolloutPlan['window'],
  now: number,
): OwnHours {
  const own = mostFirst(
    [...windows].filter(([kept]) => kept !== 'none'),
    (kept) => ownWindow(kept, now),
  )
  const ownersHours = {
    ...{ windows: own.shown, further: own.further },
    ...{ anyHour: windows.get('none') ?? 0, untold: own.unknown },
  }
  if (window?.zone !== 'device') return { ownersHours }
  const clocks = mostFirst([...zones], (timeZone) => {
    const open = openTime(window, timeZone, now)
    return open === undefined ? undefined : { timeZone, ...open }
  })
  return {
    ownersHours,
    deviceClocks: { clocks: clocks.shown, further: clocks.further, untold: clocks.unknown },
  }
}

function mostFirst<Read>(
  counts: readonly (readonly [string, number])[],
  read: (name: string) => Read | undefined,
) {
  const ranked = counts.toSorted(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
  const shown: (Read & { readonly devices: number })[] = []
  let further = 0
  let unknown = 0
  for (const [rank, [name, devices]] of ranked.entries()) {
    const isRead = rank < READ_COUNT
    const found = isRead ? read(name) : undefined
    if (name === '' || (isRead && found === undefined)) unknown += devices
    else if (found !== undefined && shown.length < SHOWN_COUNT) shown.push({ ...found, devices })
    else further += devices
  }
  return { shown, further, unknown }
}
