/**
 * Token buckets, one per key (an address, a device): `burst` at once, then `perSecond`. The number of keys is
 * bounded, since an attacker can bring as many addresses as he likes: the ones longest unused are forgotten.
 */

export interface BucketRate {
  readonly burst: number
  readonly perSecond: number
}

interface Bucket {
  tokens: number
  at: number
}

export class TokenBuckets {
  readonly #rate: BucketRate
  readonly #maxKeys: number
  readonly #nowMs: () => number
  /** In order of last use. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: BucketRate, options: { maxKeys: number; nowMs: () => number }) {
    this.#rate = rate
    this.#maxKeys = options.maxKeys
    this.#nowMs = options.nowMs
  }

  /** Takes one token if there is one. */
  take(key: string): boolean {
    const bucket = this.#refilled(key)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }

  /** Whether {@link take} would succeed. */
  has(key: string): boolean {
    return this.#refilled(key).tokens >= 1
  }

  /** Takes one token, on credit if need be, and says how long its owner has to wait for it. */
  reserveMs(key: string): number {
    const bucket = this.#refilled(key)
    bucket.tokens -= 1
    return bucket.tokens >= 0 ? 0 : Math.ceil((-bucket.tokens / this.#rate.perSecond) * 1000)
  }

  #refilled(key: string): Bucket {
    const now = this.#nowMs()
    const { burst, perSecond } = this.#rate
    const known = this.#buckets.get(key)
    const bucket = known ?? { tokens: burst, at: now }
    // A clock that was set back must not empty the bucket.
    const elapsedMs = Math.max(0, now - bucket.at)
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs / 1000) * perSecond)
    bucket.at = now
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (known === undefined && this.#buckets.size > this.#maxKeys) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest)
        break
      }
    }
    return bucket
  }
}
