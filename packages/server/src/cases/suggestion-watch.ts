/**
 * Looks at what devices reported and writes down what may be an incident (recital 68: the channel of security updates
 * is the example of one). Nothing here starts a clock: whether anybody is aware of anything is for a person to say.
 */
import { randomBytes } from 'node:crypto'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { DeviceSign, ReportedFacts, ReportedSuggestion } from './suggestion.ts'
import type { Seen, SuggestionStore } from './suggestion-store.ts'

const WINDOW_SECONDS = 86_400
const SEEN_MAX_COUNT = 10_000
const EXAMPLES_MAX_COUNT = 20

interface Rule {
  readonly codes: readonly string[]
  /** Fewer in a day happen to anybody: a proxy, a torn transfer. */
  readonly reportsMinCount: number
}

const RULES: Readonly<Record<DeviceSign, Rule>> = {
  'rejected-signatures': {
    codes: [
      ...['THRESHOLD_NOT_MET', 'TOKEN_SIGNATURE_INVALID', 'TOKEN_KEY_UNKNOWN'],
      ...['TOKEN_ALGORITHM_FORBIDDEN', 'KEY_INVALID', 'DIGEST_MISMATCH'],
    ],
    reportsMinCount: 3,
  },
  'rollback-attempts': {
    codes: [
      ...['VERSION_DECREASED', 'SECURITY_COUNTER_DECREASED'],
      ...['SEQUENCE_REPLAYED', 'SEQUENCE_CONFLICT'],
    ],
    reportsMinCount: 5,
  },
  'integrity-corrupt': { codes: [], reportsMinCount: 1 },
}

export interface SuggestionWatchNeeds {
  readonly database: Database
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
}

export async function suggestCases(needs: SuggestionWatchNeeds): Promise<void> {
  const { database, instances, clock } = needs
  if (!instances.leads()) return
  const now = secondsOf(clock)
  const { caseSuggestions: store } = database
  for (const [sign, { codes, reportsMinCount }] of Object.entries(RULES) as [DeviceSign, Rule][]) {
    const seen =
      codes.length === 0
        ? await store.corrupt(SEEN_MAX_COUNT)
        : await store.refusedSince(now - WINDOW_SECONDS, codes, SEEN_MAX_COUNT)
    for (const [product, ofProduct] of Map.groupBy(seen, (one) => one.product)) {
      const latest = await store.latest(product, sign)
      const news = isDecided(latest) ? await newsSince(store, latest, codes, now) : ofProduct
      const facts = factsOf(news)
      if (facts.reports < reportsMinCount) continue
      await suggest(database, { product, sign, facts, seen: news, now })
    }
  }
}

function isDecided(latest: ReportedSuggestion | undefined): latest is ReportedSuggestion {
  return latest !== undefined && latest.state !== 'open'
}

/** What was there when somebody decided is decided. A device stays corrupt until it is repaired. */
async function newsSince(
  store: SuggestionStore,
  { product, facts, decidedAt = 0 }: ReportedSuggestion,
  codes: readonly string[],
  now: number,
): Promise<readonly Seen[]> {
  if (codes.length === 0) {
    // Of more than are named nobody can tell which are new.
    if (facts.devices > EXAMPLES_MAX_COUNT) return []
    const corrupt = await store.corrupt(SEEN_MAX_COUNT)
    return corrupt.filter((one) => {
      return one.product === product && !facts.examples.includes(one.device)
    })
  }
  const since = Math.max(now - WINDOW_SECONDS, decidedAt + 1)
  const seen = await store.refusedSince(since, codes, SEEN_MAX_COUNT)
  return seen.filter((one) => one.product === product)
}

function factsOf(seen: readonly Seen[]): ReportedFacts {
  const refusals: Record<string, number> = {}
  for (const { code = 'INTEGRITY_CORRUPT', reports } of seen) {
    refusals[code] = (refusals[code] ?? 0) + reports
  }
  const devices = [...new Set(seen.map(({ device }) => device))].toSorted()
  const reports = seen.reduce((sum, one) => sum + one.reports, 0)
  return {
    devices: devices.length,
    reports,
    refusals,
    examples: devices.slice(0, EXAMPLES_MAX_COUNT),
  }
}

async function suggest(
  database: Database,
  found: {
    readonly product: string
    readonly sign: DeviceSign
    readonly facts: ReportedFacts
    readonly seen: readonly Seen[]
    readonly now: number
  },
): Promise<void> {
  const { product, sign, facts, seen, now } = found
  const firstAt = Math.min(...seen.map((one) => one.firstAt))
  const lastAt = Math.max(...seen.map((one) => one.lastAt))
  await database.transaction(async ({ caseSuggestions: store, events }) => {
    const latest = await store.latest(product, sign)
    if (latest !== undefined && latest.state === 'open') {
      // A day later it is no smaller than it was.
      if (facts.reports <= latest.facts.reports && facts.devices <= latest.facts.devices) return
      const next = { ...latest, facts, lastAt, firstAt: Math.min(latest.firstAt, firstAt) }
      await store.replace(latest.revision, { ...next, revision: latest.revision + 1 })
      return
    }
    const id = randomBytes(8).toString('hex')
    await store.add({
      ...{ id, product, sign, firstAt, lastAt, facts, state: 'open', revision: 1 },
      ...{ reason: undefined, decidedAt: undefined, decidedBy: undefined, caseId: undefined },
    })
    const { devices, reports } = facts
    const data = { suggestion: id, sign, devices, reports }
    await events.add({ at: now, type: 'case.suggested', product, data })
  })
}
