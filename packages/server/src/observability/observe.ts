/**
 * What the server does that is measured and traced, at the place where it does it. Whoever is interested listens on
 * the channels (metrics.ts) or has traces switched on (spans.ts); without either this costs a comparison.
 */
import { channel } from 'node:diagnostics_channel'
import { inSpan, type SpanFacts } from './spans.ts'

export type ObservedWork = 'request' | 'transaction' | 'reportBatch' | 'manifestSigning' | 'query'

export interface Observation {
  readonly what: ObservedWork
  readonly ms: number
  readonly isFailed: boolean
  /** Few and bounded: they become labels. Never an id of a device, an account or a request. */
  readonly facts: SpanFacts
}

/** How reports of devices ended. */
export type ReportEnd = 'taken' | 'redelivered' | 'replayed' | 'conflicting' | 'refused' | 'limited'

export const OBSERVATIONS = channel('fleetward:observation')
export const REPORTS = channel('fleetward:report')

export async function observe<Result>(
  what: ObservedWork,
  facts: SpanFacts,
  work: () => Promise<Result>,
): Promise<Result> {
  const start = performance.now()
  let isFailed = true
  try {
    const result = await inSpan(what, facts, work)
    isFailed = false
    return result
  } finally {
    observed({ what, ms: performance.now() - start, isFailed, facts })
  }
}

/** For what measured itself. */
export function observed(observation: Observation): void {
  if (OBSERVATIONS.hasSubscribers) OBSERVATIONS.publish(observation)
}

export function reportEnded(end: ReportEnd): void {
  if (REPORTS.hasSubscribers) REPORTS.publish(end)
}
