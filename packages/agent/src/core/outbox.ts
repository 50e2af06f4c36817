/**
 * Reports that the server has not acknowledged yet. Bounded, because a server can be away for
 * months: what says least goes first, and the gap in `seq` shows that something went (protocol §7).
 */
import { OUTBOX_MAX_BYTES, OUTBOX_MAX_COUNT } from '@fleetward/shared'

export interface Envelope {
  readonly seq: number
  /** What the report is about decides how long it is kept. */
  readonly about: 'state' | 'progress' | 'refusal'
  readonly token: string
}

/** The oldest first. */
export type Outbox = readonly Envelope[]

export function withReport(outbox: Outbox, envelope: Envelope): Outbox {
  let kept: Outbox = [...outbox, envelope]
  while (kept.length > OUTBOX_MAX_COUNT || lengthBytes(kept) > OUTBOX_MAX_BYTES) {
    kept = withoutLeast(kept)
  }
  return kept
}

/** Also when it is not there: the acknowledgement of a repeated report. */
export function withoutReport(outbox: Outbox, seq: number): Outbox {
  return outbox.filter((envelope) => envelope.seq !== seq)
}

/** The oldest progress, else the oldest refusal, else the oldest of all. */
function withoutLeast(outbox: Outbox): Outbox {
  const least =
    outbox.find(({ about }) => about === 'progress') ??
    outbox.find(({ about }) => about === 'refusal') ??
    outbox[0]
  return outbox.filter((envelope) => envelope !== least)
}

/** Tokens are ASCII. */
function lengthBytes(outbox: Outbox): number {
  return outbox.reduce((sum, { token }) => sum + token.length, 0)
}
