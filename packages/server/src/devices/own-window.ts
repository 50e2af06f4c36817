/** An owner's maintenance window as a device told it, and when it opens: it stands as JSON beside the device. Pure. */
import { type FactoryWindow, type OpenTime, openTimeAt, type WeeklyHours } from '@fleetward/shared'

/** Seconds since 1970: since when it is open and until when, or when next. */
export interface OwnWindow extends FactoryWindow, OpenTime {}

/** Of the window as it is kept; undefined: it is none, or in a zone that nobody here knows. */
export function ownWindow(kept: string | undefined, now: number): OwnWindow | undefined {
  if (kept === undefined || !kept.startsWith('{')) return undefined
  const window = JSON.parse(kept) as FactoryWindow
  const open = openTime(window, window.timeZone, now)
  return open === undefined ? undefined : { ...window, ...open }
}

/** A device may know zones of after this server. Of Temporal a whole time is one too (`T0030+0100`), which no browser shows. */
export function openTime(hours: WeeklyHours, timeZone: string, now: number): OpenTime | undefined {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions()
    return openTimeAt(now, hours, known.timeZone)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
