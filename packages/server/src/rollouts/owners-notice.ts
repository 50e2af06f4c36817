/**
 * What owners are told of an update unless the operator says it better: the summary of the newest public advisory that
 * the release closes, or the first line of its notes (CRA P-056, P-120). Pure.
 */
import {
  ADVISORY_ID_MAX_BYTES,
  NOTICE_ADVISORIES_MAX_COUNT,
  NOTICE_SUMMARY_MAX_BYTES,
  type Notice,
  type Release,
  SEVERITIES,
} from '@fleetward/shared'
import { versionsIn, worstOfAdvisory } from '@fleetward/vulnerability'
import type { PublishedCsaf } from '../advisories/advisory.ts'
import type { RatingOrUnknown } from '../findings/finding.ts'

/** `published`: of the product, the newest first. `ratings`: of the holes that the release is signed to close. */
export function ownersNotice(
  { version, kind, notes, advisories }: Pick<Release, 'version' | 'kind' | 'notes' | 'advisories'>,
  published: readonly PublishedCsaf[],
  ratings: readonly RatingOrUnknown[],
): Notice {
  const about = published.flatMap(({ kind: of, trackingId, summary, content, withdrawnBecause }) =>
    of === 'advisory' && content !== undefined && withdrawnBecause === undefined
      ? [{ trackingId, summary, content }]
      : [],
  )
  const closed = about.filter(({ content }) => versionsIn(content, 'fixed').includes(version))
  const names = [...closed.map(({ trackingId }) => trackingId), ...advisories]
  const told = [
    ...ratings,
    ...closed.flatMap(({ content }) => worstOfAdvisory(content)?.rating ?? []),
  ]
  return {
    summary: cutToBytes(
      lineOf(closed[0]?.summary ?? '') || lineOf(notes) || `Version ${version}`,
      NOTICE_SUMMARY_MAX_BYTES,
    ),
    severity: kind === 'functionality' ? 'none' : worst(told),
    advisories: [...new Set(names)]
      .filter((id) => Buffer.byteLength(id) <= ADVISORY_ID_MAX_BYTES)
      .slice(0, NOTICE_ADVISORIES_MAX_COUNT),
  }
}

function worst(ratings: readonly RatingOrUnknown[]): Notice['severity'] {
  return SEVERITIES.findLast((severity) => ratings.includes(severity)) ?? 'none'
}

function lineOf(text: string): string {
  return (
    text
      .split('\n')[0]
      ?.replace(/\p{Cc}/gu, ' ')
      .trim() ?? ''
  )
}

function cutToBytes(text: string, maxBytes: number): string {
  let cut = ''
  let bytes = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    cut += character
  }
  return cut
}
