/**
 * Devices, counted now and then: over a million of them a count takes up to a second, and a page that many keep open
 * asks again and again. In between the last number is the answer, with its time.
 */
export interface DeviceCount {
  readonly devices: number
  /** Seconds since 1970: when they were counted. */
  readonly at: number
}

const FRESH_MIN_SECONDS = 2
/** At most a hundredth of the time goes into counting the same, however large the fleet. */
const REST_FACTOR = 100
const REMEMBERED_MAX_COUNT = 10_000

interface Remembered {
  readonly count: Promise<DeviceCount>
  readonly at: number
  freshUntil: number
}

export class RememberedCounts {
  readonly #remembered = new Map<string, Remembered>()

  /** `name`: of what is counted, the product in it. `now`: seconds since 1970. */
  read(name: string, now: number, count: () => Promise<number>): Promise<DeviceCount> {
    const known = this.#remembered.get(name)
    // A clock that was turned back keeps nothing fresh for long.
    if (known !== undefined && known.at <= now && now < known.freshUntil) return known.count
    if (this.#remembered.size >= REMEMBERED_MAX_COUNT) this.#remembered.clear()
    const begunMs = performance.now()
    const counting = count().then((devices) => ({ devices, at: now }))
    const remembered = { count: counting, at: now, freshUntil: now + FRESH_MIN_SECONDS }
    this.#remembered.set(name, remembered)
    counting.then(
      () => {
        const restSeconds = ((performance.now() - begunMs) / 1000) * REST_FACTOR
        remembered.freshUntil = now + Math.max(FRESH_MIN_SECONDS, restSeconds)
      },
      () => {
        if (this.#remembered.get(name) === remembered) this.#remembered.delete(name)
      },
    )
    return counting
  }
}
