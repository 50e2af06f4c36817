/**
 * Slows down whoever guesses pairing codes: each source by doubling delays, and all of the network
 * together by a short one. The owner at the device itself never waits for strangers on the network.
 * A try during a delay is not looked at, so guessing in parallel gains nothing. Pure.
 */

/** A person's typing mistakes are few and an hour apart. */
const FORGOTTEN_AFTER_MS = 3_600_000
const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 300_000
/** Wrong tries of the whole network in an hour before all of it is slowed. */
const NETWORK_TRIES = 20
const NETWORK_DELAY_MS = 5000
const SOURCES_MAX_COUNT = 256
/** Wrong tries before the server hears of them. */
export const TRIES_BEFORE_REPORT = 5
const REPORT_EVERY_TRIES_AT_MOST = 1000

export type Verdict =
  | { readonly name: 'open' }
  /** `report`: how many wrong tries the server is to hear of now. */
  | {
      readonly name: 'wrong'
      readonly tries: number
      readonly waitMs: number
      readonly report?: number
    }
  | { readonly name: 'wait'; readonly waitMs: number }

interface Tries {
  count: number
  lastMs: number
}

export class PairingBrake {
  readonly #sources = new Map<string, Tries>()
  readonly #network: Tries = { count: 0, lastMs: 0 }
  #sinceReport = 0
  #reportAfter = TRIES_BEFORE_REPORT

  /** `nowMs` never goes back. `isRight` is asked only when the source need not wait. */
  try(source: string, nowMs: number, isRight: () => boolean): Verdict {
    this.#forget(nowMs)
    const waitMs = this.#waitMs(source, nowMs)
    if (waitMs > 0) return { name: 'wait', waitMs }
    if (isRight()) {
      this.#sources.delete(source)
      this.#sinceReport = 0
      return { name: 'open' }
    }
    return this.#wrong(source, nowMs)
  }

  #waitMs(source: string, nowMs: number): number {
    const tries = this.#sources.get(source)
    const own = tries === undefined ? 0 : tries.lastMs + delayMs(tries.count) - nowMs
    if (isDevice(source) || this.#network.count < NETWORK_TRIES) return own
    return Math.max(own, this.#network.lastMs + NETWORK_DELAY_MS - nowMs)
  }

  #wrong(source: string, nowMs: number): Verdict {
    const count = (this.#sources.get(source)?.count ?? 0) + 1
    this.#sources.delete(source)
    this.#sources.set(source, { count, lastMs: nowMs })
    const [oldest] = this.#sources.keys()
    if (this.#sources.size > SOURCES_MAX_COUNT && oldest !== undefined) {
      this.#sources.delete(oldest)
    }
    if (!isDevice(source)) {
      this.#network.count += 1
      this.#network.lastMs = nowMs
    }
    const wrong = { name: 'wrong', tries: count, waitMs: delayMs(count) } as const
    this.#sinceReport += 1
    if (this.#sinceReport < this.#reportAfter) return wrong
    const report = this.#sinceReport
    // One who goes on for days is told of less and less often.
    this.#reportAfter = Math.min(this.#reportAfter * 2, REPORT_EVERY_TRIES_AT_MOST)
    this.#sinceReport = 0
    return { ...wrong, report }
  }

  #forget(nowMs: number): void {
    for (const [source, { lastMs }] of this.#sources) {
      if (nowMs - lastMs >= FORGOTTEN_AFTER_MS) this.#sources.delete(source)
    }
    if (nowMs - this.#network.lastMs >= FORGOTTEN_AFTER_MS) this.#network.count = 0
  }
}

/** Who tries: the device itself, an IPv4 address, or the /64 that one IPv6 host has to itself. */
export function sourceOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (bare === '::1' || /^127\./.test(bare)) return 'device'
  if (!bare.includes(':')) return bare
  const [head = '', tail] = bare.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length
  const all = [...groups, ...Array.from({ length: Math.max(missing, 0) }, () => '0')]
  return [...all, ...(tail ?? '').split(':')].slice(0, 4).join(':')
}

function isDevice(source: string): boolean {
  return source === 'device'
}

function delayMs(tries: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), LONGEST_DELAY_MS)
}
