/** How old a feed of a kind may be before its silence counts for nothing (CRA P-036). */
import type { FeedState, FreshnessPolicy } from '@fleetward/vulnerability'
import type { Feed, FeedKind } from './feed.ts'

const DAY_SECONDS = 86_400

/** Lists are made anew every day or so; what a supplier publishes may be all that he ever had to say. */
const POLICIES: Readonly<Record<FeedKind, FreshnessPolicy>> = {
  osv: { maxAgeSeconds: 3 * DAY_SECONDS, sourceMaxAgeSeconds: 30 * DAY_SECONDS, minRecords: 1 },
  kev: { maxAgeSeconds: 3 * DAY_SECONDS, sourceMaxAgeSeconds: 30 * DAY_SECONDS, minRecords: 1000 },
  euvd: { maxAgeSeconds: 3 * DAY_SECONDS, sourceMaxAgeSeconds: 30 * DAY_SECONDS, minRecords: 100 },
  epss: { maxAgeSeconds: 7 * DAY_SECONDS, minRecords: 100_000 },
  cve: { maxAgeSeconds: 3 * DAY_SECONDS, sourceMaxAgeSeconds: 30 * DAY_SECONDS, minRecords: 1 },
  csaf: {
    ...{ maxAgeSeconds: 7 * DAY_SECONDS, sourceMaxAgeSeconds: 3650 * DAY_SECONDS },
    minRecords: 1,
  },
}

export function policyOf(kind: FeedKind): FreshnessPolicy {
  return POLICIES[kind]
}

export function stateOf({ importedAt, sourceDate, records, control }: Feed): FeedState {
  return {
    importedAt: new Date(importedAt * 1000),
    sourceDate: sourceDate === undefined ? undefined : new Date(sourceDate),
    ...{ records, positiveControl: control },
  }
}
