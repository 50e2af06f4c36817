/** How a device stands, as tags side by side. */
import type { Device } from '../../api/operator-api.gen.ts'
import { Tag } from '../../pieces/tag.tsx'
import { bothTimes } from '../../words/device-time.ts'
import { say } from '../../words/say.tsx'
import { type Standing, standingsOf, zoneOf } from './device-standing.ts'

export function StandingTags({ device }: { readonly device: Device }) {
  return (
    <span class="tags">
      {standingsOf(device, Date.now() / 1000).map((standing) => (
        <Tag key={standing.key} tone={standing.tone}>
          {wordsOf(standing, zoneOf(device))}
        </Tag>
      ))}
    </span>
  )
}

export function standingWords(device: Device): string {
  return standingsOf(device, Date.now() / 1000)
    .map((standing) => wordsOf(standing))
    .join(', ')
}

function wordsOf({ key, until }: Standing, zone?: string): string {
  if (until === undefined) return say(key)
  return say('standing.postponedUntil', { until: bothTimes(until, zone) })
}
