/**
 * Whether a device's activity log went on from where it was (protocol §7). Pure.
 *
 * A device whose storage somebody can write to can be made to forget: lines changed, the end cut off, all of it
 * deleted. The server remembers the head of the log; what no longer leads to it is a finding, which stays.
 */
import type { LogHead, Report } from '@fleetward/shared'

export type LogFlaw =
  /** Shorter than it was: its end was cut off, or it began anew without a reset. */
  | 'truncated'
  /** The entry the server knows is another one now. */
  | 'altered'
  /** The device can no longer vouch for what it told. */
  | 'unconfirmed'

export interface LogFinding {
  readonly flaw: LogFlaw
  /** What the server knew, and what the report said. */
  readonly known: number
  readonly knownHash: string
  readonly seen: number
  /** Seconds since 1970; of the first of them. */
  readonly at: number
}

export interface KnownLog {
  readonly head: LogHead | undefined
  readonly broken: LogFinding | undefined
}

type LogReport = Pick<Report, 'log'> & { readonly event?: { readonly name: string } }

/** `isNext`: no report is missing between the one before and this one. */
export function logAfter(
  { head, broken }: KnownLog,
  { log, event }: LogReport,
  { isNext, now }: { isNext: boolean; now: number },
): KnownLog {
  if (log === undefined) return { head, broken }
  const next = { seq: log.seq, hash: log.hash }
  // The one way to begin anew: the device says so itself, signed, and names what it erased.
  const isReset = event?.name === 'reset'
  if (isReset && broken !== undefined && isHeadOf(broken, log.restartedFrom)) {
    // Reports of the new log came before the one that says why.
    return { head: next, broken: undefined }
  }
  if (head === undefined || head.seq === 0) return { head: next, broken }
  const flaw =
    isReset && isExplained(log.restartedFrom, head, isNext) ? undefined : flawOf(head, log, isNext)
  if (flaw === undefined) return { head: next, broken }
  const finding = { flaw, known: head.seq, knownHash: head.hash, seen: log.seq, at: now }
  return { head: next, broken: broken ?? finding }
}

function flawOf(
  head: LogHead,
  log: NonNullable<Report['log']>,
  isNext: boolean,
): LogFlaw | undefined {
  if (log.seq < head.seq) return 'truncated'
  if (log.seq === head.seq) return log.hash === head.hash ? undefined : 'altered'
  if (log.since?.seq === head.seq) return log.since.hash === head.hash ? undefined : 'altered'
  // With reports missing, the device last told a head that the server never saw.
  return isNext ? 'unconfirmed' : undefined
}

/** A reset also drops reports that were waiting, so the last head that was told may never have come. */
function isExplained(from: LogHead | undefined, head: LogHead, isNext: boolean): boolean {
  return isSame(from, head) || (!isNext && from !== undefined && from.seq > head.seq)
}

function isHeadOf({ flaw, known, knownHash }: LogFinding, from: LogHead | undefined): boolean {
  return flaw === 'truncated' && isSame(from, { seq: known, hash: knownHash })
}

function isSame(a: LogHead | undefined, b: LogHead): boolean {
  return a?.seq === b.seq && a.hash === b.hash
}
