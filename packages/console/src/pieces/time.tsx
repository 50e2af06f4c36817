/** A moment: how far away it is, and when exactly in the viewer's zone and in the device's. */
import { deviceTimeWords } from '../words/device-time.ts'
import { say } from '../words/say.tsx'
import { distanceWords, timeWords } from '../words/time.ts'

export interface TimeProps {
  /** Seconds since 1970. */
  readonly at: number | undefined
  /** Exactly, which stands behind "since" and "until"; otherwise how far away. The other one is in the title. */
  readonly isExact?: boolean
  /** The device's zone, where it is known: where it is another time there, that stands beside. */
  readonly deviceZone?: string
}

export function Time({ at, isExact = false, deviceZone }: TimeProps) {
  if (at === undefined) return <span class="quiet">{say('pieces.never')}</span>
  const iso = new Date(at * 1000).toISOString()
  const exact = timeWords(at)
  const distance = distanceWords(at)
  const there = deviceTimeWords(at, deviceZone)
  return (
    <>
      <time dateTime={iso} title={isExact ? `${distance} · ${iso}` : `${exact} · ${iso}`}>
        {isExact ? exact : distance}
      </time>
      {there !== undefined && (
        <span class="quiet"> ({isExact ? there : `${exact} · ${there}`})</span>
      )}
    </>
  )
}
