/** Whether the broker can be reached now, for readiness and for people. */
export interface BrokerHealth {
  readonly isReachable: boolean
  /** Since when it is so. */
  readonly since: Date
  /** What went wrong last, in the broker's or the network's own words. */
  readonly because?: string
}

/** Remembers since when. */
export class HealthRecord {
  readonly #now: () => Date
  #health: BrokerHealth

  constructor(now: () => Date, isReachable: boolean) {
    this.#now = now
    this.#health = { isReachable, since: now() }
  }

  get health(): BrokerHealth {
    return this.#health
  }

  reachable(): void {
    if (!this.#health.isReachable) this.#health = { isReachable: true, since: this.#now() }
  }

  away(because?: string): void {
    const { isReachable, since, because: before } = this.#health
    const reason = because ?? (isReachable ? undefined : before)
    this.#health = {
      isReachable: false,
      since: isReachable ? this.#now() : since,
      ...(reason === undefined ? {} : { because: reason }),
    }
  }
}
