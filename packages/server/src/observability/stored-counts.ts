/** What metrics count in the database: not more often than it can bear. */

export interface StoredCounts {
  readonly devices: readonly {
    readonly product: string
    readonly count: number
    readonly online: number
  }[]
  readonly rollouts: readonly {
    readonly product: string
    readonly state: string
    readonly count: number
  }[]
  readonly manifestsUnpublished: number
  readonly commandsPending: number
  readonly webhooksWaiting: number
  /** Ever appended. */
  readonly auditEntries: number
  /** Number of the last one that the log server was sent; 0 without a log server. */
  readonly auditEntriesSent: number
}

const AT_MOST_EVERY_MS = 5_000
/** At most a hundredth of the time goes into counting, however large the fleet. */
const REST_FACTOR = 100

/** Counts again when somebody asks and it is time; in between the last numbers are the answer. */
export class CountsNowAndThen {
  readonly #count: () => Promise<StoredCounts>
  #last: StoredCounts | undefined
  #nextMs = Number.NEGATIVE_INFINITY
  #counting: Promise<StoredCounts> | undefined

  constructor(count: () => Promise<StoredCounts>) {
    this.#count = count
  }

  async read(): Promise<StoredCounts> {
    if (this.#last !== undefined && performance.now() < this.#nextMs) return this.#last
    this.#counting ??= this.#countNow().finally(() => {
      this.#counting = undefined
    })
    return this.#counting
  }

  async #countNow(): Promise<StoredCounts> {
    const start = performance.now()
    this.#last = await this.#count()
    const end = performance.now()
    this.#nextMs = end + Math.max(AT_MOST_EVERY_MS, (end - start) * REST_FACTOR)
    return this.#last
  }
}
