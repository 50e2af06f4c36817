/** Which progress of a download is worth a report: each costs a write to the flash and a message. */

const STEP_PERCENT = 10
const PAUSE_MS = 5_000

export class ProgressGauge {
  #percent = 0
  #atMs: number | undefined

  /** Percent, rounded down, when enough has happened since the last one that was worth it. */
  read(verifiedBytes: number, lengthBytes: number, nowMs: number): number | undefined {
    const percent = Math.floor((verifiedBytes * 100) / lengthBytes)
    const isSoon = this.#atMs !== undefined && Math.abs(nowMs - this.#atMs) < PAUSE_MS
    // The end is told by the next state.
    if (percent >= 100 || percent < this.#percent + STEP_PERCENT || isSoon) return undefined
    this.#percent = percent
    this.#atMs = nowMs
    return percent
  }
}
