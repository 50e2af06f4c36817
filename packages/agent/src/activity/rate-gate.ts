/** How many entries of a class may be kept: a burst, then so many an hour. The rest is counted. Pure. */
import type { ClassRules } from './classes.ts'

const HOUR_MS = 3_600_000

export class RateGate {
  readonly #rules: ClassRules
  #left: number
  #atMs: number
  #suppressed = 0

  /** `nowMs` is of a clock that nobody sets. */
  constructor(rules: ClassRules, nowMs: number) {
    this.#rules = rules
    this.#left = rules.burst
    this.#atMs = nowMs
  }

  /** Of the time before this start: a restart is no new burst. */
  charge(count: number): void {
    this.#left = Math.max(0, this.#left - count)
  }

  /** Whether one more may be kept. One that may not is counted. */
  take(nowMs: number): boolean {
    this.#refill(nowMs)
    if (this.#left >= 1) {
      this.#left -= 1
      return true
    }
    this.#suppressed += 1
    return false
  }

  /** What was not kept since the last time, once there is room for an entry that says so. */
  takeSuppressed(nowMs: number): number {
    if (this.#suppressed === 0) return 0
    this.#refill(nowMs)
    if (this.#left < 1) return 0
    this.#left -= 1
    const count = this.#suppressed
    this.#suppressed = 0
    return count
  }

  /** The same at the end, when there is no later. */
  takeRest(): number {
    const count = this.#suppressed
    this.#suppressed = 0
    return count
  }

  #refill(nowMs: number): void {
    const { burst, perHour } = this.#rules
    const gained = (Math.max(0, nowMs - this.#atMs) / HOUR_MS) * perHour
    this.#left = Math.min(burst, this.#left + gained)
    this.#atMs = nowMs
  }
}
