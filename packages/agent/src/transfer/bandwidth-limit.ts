/**
 * A bandwidth limit as a schedule: so many bytes may have arrived by now; who is ahead waits. The
 * schedule does not store up idle time for longer than a second, so a stalled server cannot be
 * followed by a burst.
 */
const BURST_MAX_MS = 1000
/** Waits shorter than a timer's precision are saved up until they are worth one. */
const WAIT_MIN_MS = 20

export class BandwidthLimit {
  readonly #bytesPerSecond: number
  /** When all that arrived so far would have arrived at exactly the limit. */
  #paidUntilMs = Number.NEGATIVE_INFINITY

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
  }

  /** How long to wait after these bytes; 0 when no wait is due yet. */
  delayMs(bytes: number, nowMs: number): number {
    const costMs = (bytes * 1000) / this.#bytesPerSecond
    this.#paidUntilMs = Math.max(this.#paidUntilMs, nowMs - BURST_MAX_MS) + costMs
    const aheadMs = this.#paidUntilMs - nowMs
    return aheadMs < WAIT_MIN_MS ? 0 : aheadMs
  }
}
