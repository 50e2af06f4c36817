/**
 * Where a report stands in its device's chain (protocol §7). Pure.
 *
 * A verified report is never refused for its place: what a device did say is evidence, also when something
 * before it is missing. It counts once, and what does not fit is recorded beside it.
 */
import type { Report } from '@fleetward/shared'

/** The last report taken from a device. */
export interface ChainHead {
  /** 0 before the first. */
  readonly seq: number
  /** tokenDigest of that report; empty before the first. */
  readonly digest: string
}

export interface ReceivedReport {
  readonly device: string
  readonly product: string
  readonly report: Report
  readonly token: string
  readonly digest: string
}

export type Place =
  | {
      readonly kind: 'next'
      /** Reports between the head and this one that never came. */
      readonly missing: number
      /** False: a report was left out, exchanged or made up. Not known to fit when some are missing. */
      readonly prevFits: boolean
    }
  /** The head itself once more: its acknowledgement was lost. */
  | { readonly kind: 'redelivery' }
  /** The head's number with other bytes. */
  | { readonly kind: 'conflict' }
  /** Before the head: a redelivery if the history has these bytes, otherwise a replay or a late-comer. */
  | { readonly kind: 'past' }

export function placeOf(head: ChainHead, { report, digest }: ReceivedReport): Place {
  if (report.seq > head.seq) {
    return {
      kind: 'next',
      missing: report.seq - head.seq - 1,
      prevFits: report.prev === head.digest,
    }
  }
  if (report.seq < head.seq) return { kind: 'past' }
  return digest === head.digest ? { kind: 'redelivery' } : { kind: 'conflict' }
}

/** Where a report is missing: between two that were taken, the later of which says how many are. */
export interface Gap {
  /** Undefined when the history begins after it. */
  readonly before: ChainHead | undefined
  readonly after: { readonly seq: number; readonly prev: string; readonly missing: number }
}

/** What a report that came late makes of the gap it was missing from. */
export interface FilledGap {
  readonly missing: number
  readonly prevFits: boolean
  readonly after: { readonly missing: number; readonly prevFits: boolean }
}

/**
 * A report may come after later ones: several servers take them at once, and what one was given when it was killed
 * another finds. It counts if it was missing, and if its neighbours do not say it was another one;
 * undefined when it does not.
 */
export function fills(
  { before, after }: Gap,
  { report, digest }: Pick<ReceivedReport, 'report' | 'digest'>,
): FilledGap | undefined {
  const { seq, prev } = report
  const missing = seq - (after.seq - after.missing)
  const left = after.seq - seq - 1
  if (missing < 0 || left < 0) return undefined
  // Where the history begins later, nobody knows better than the report.
  const digestBefore = before?.digest ?? (seq === 1 ? '' : prev)
  const prevFits = missing === 0 && prev === digestBefore
  if (missing === 0 && before !== undefined && !prevFits) return undefined
  if (left === 0 && after.prev !== digest) return undefined
  return { missing, prevFits, after: { missing: left, prevFits: left === 0 } }
}
