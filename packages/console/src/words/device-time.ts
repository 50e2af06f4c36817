/** A device's own time beside the viewer's, where it is another one. Seconds since 1970 in. */
import { say } from './say.tsx'
import { timeWords } from './time.ts'
import { isZone } from './zone.ts'

/** Undefined where it is the same as the viewer's, or nobody knows the zone. */
export function deviceTimeWords(at: number, deviceZone: string | undefined): string | undefined {
  const there = timeThere(at, deviceZone)
  return there === undefined ? undefined : say('pieces.deviceTime', { time: there })
}

/** For a sentence: the viewer's first. */
export function bothTimes(at: number, deviceZone: string | undefined): string {
  return withOthers(timeWords(at), [deviceTimeWords(at, deviceZone)])
}

/** As {@link bothTimes}, of a window that stands in a zone of its own. */
export function windowTimes(at: number, zone: string, deviceZone: string | undefined): string {
  const there = timeThere(at, zone)
  const inZone = there === undefined ? undefined : say('pieces.zoneTime', { time: there, zone })
  const isOne = there === timeThere(at, deviceZone)
  return withOthers(timeWords(at), [inZone, isOne ? undefined : deviceTimeWords(at, deviceZone)])
}

function withOthers(time: string, others: readonly (string | undefined)[]): string {
  const known = others.filter((other) => other !== undefined)
  return known.length === 0 ? time : `${time} (${known.join(' · ')})`
}

function timeThere(at: number, zone: string | undefined): string | undefined {
  if (zone === undefined || !isZone(zone)) return undefined
  const there = timeWords(at, zone)
  return there === timeWords(at) ? undefined : there
}
