/**
 * How long a copy may take in all: so long at first, and each file asked for and each byte that came buys more. A listener
 * that sends a byte now and then, or leads to a host that does, holds nobody for days. Pure.
 */
export interface PatienceRules {
  readonly atFirstMs: number
  readonly perFileMs: number
  /** The least that a line brings on average. */
  readonly bytesPerSecond: number
}

export const PATIENCE: PatienceRules = {
  atFirstMs: 300_000,
  perFileMs: 1_000,
  bytesPerSecond: 64 * 1024,
}

export class Patience {
  readonly #rules: PatienceRules
  readonly #nowMs: () => number
  readonly #begunMs: number
  #files = 0
  #bytes = 0

  constructor(nowMs: () => number, rules: PatienceRules = PATIENCE) {
    this.#rules = rules
    this.#nowMs = nowMs
    this.#begunMs = nowMs()
  }

  asked(): void {
    this.#files += 1
  }

  came(bytes: number): void {
    this.#bytes += bytes
  }

  /** None is left at 0. */
  get leftMs(): number {
    const { atFirstMs, perFileMs, bytesPerSecond } = this.#rules
    const earnedMs = this.#files * perFileMs + (this.#bytes / bytesPerSecond) * 1000
    return Math.max(0, this.#begunMs + atFirstMs + earnedMs - this.#nowMs())
  }
}
