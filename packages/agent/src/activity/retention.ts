/**
 * How long entries are kept. A segment goes when its newest entry is too old, so an entry stays at most
 * a twelfth longer than was asked for. The clock can be set by whoever answers NTP, therefore at most
 * one segment a day goes, counted by a clock that nobody sets: a jump of ten years is not the log's end.
 */
const DAY_MS = 86_400_000
const SEGMENTS_PER_RETENTION = 12

export class RetentionWatch {
  readonly #retentionMs: number
  readonly #times = new Map<number, { firstMs: number; lastMs: number }>()
  #droppedAtMs = Number.NEGATIVE_INFINITY

  constructor(retentionDays: number) {
    this.#retentionMs = retentionDays * DAY_MS
  }

  note(segment: number, time: string | undefined): void {
    const ms = Date.parse(time ?? '')
    if (Number.isNaN(ms)) return
    const firstMs = this.#times.get(segment)?.firstMs ?? ms
    this.#times.set(segment, { firstMs, lastMs: ms })
  }

  /** Whether the next entry belongs into a new segment, so that this one can go in time. */
  shouldEnd(segment: number, nowMs: number): boolean {
    const firstMs = this.#times.get(segment)?.firstMs ?? nowMs
    return nowMs - firstMs > Math.max(DAY_MS, this.#retentionMs / SEGMENTS_PER_RETENTION)
  }

  /** Whether the segment should go now. */
  isDue(segment: number, nowMs: number, uptimeMs: number): boolean {
    const lastMs = this.#times.get(segment)?.lastMs ?? nowMs
    return nowMs - lastMs > this.#retentionMs && uptimeMs - this.#droppedAtMs >= DAY_MS
  }

  dropped(segment: number, uptimeMs: number): void {
    this.#times.delete(segment)
    this.#droppedAtMs = uptimeMs
  }
}
