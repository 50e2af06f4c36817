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
