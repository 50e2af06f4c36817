/**
 * Devices that a filter means, counted now and then: over a million of them a count takes up to a second, and a page that
 * many keep open asks again and again. In between the last number is the answer, with its time.
 */

import type { DeviceSearch } from '../devices/filter/matching.ts'
import { parseFilter } from '../devices/filter/parse-filter.ts'

export interface DeviceCount {
  readonly devices: number
  /** Seconds since 1970: when they were counted. */
  readonly at: number
}

const FRESH_MIN_SECONDS = 30
/** At most a hundredth of the time goes into counting, however large the fleet. */
const REST_FACTOR = 100

interface Remembered {
  readonly count: Promise<DeviceCount>
  at: number
  freshUntil: number
}

export class RememberedCounts {
  readonly #search: Pick<DeviceSearch, 'count'>
  /** By product and filter, both ours: it does not grow. */
  readonly #remembered = new Map<string, Remembered>()

  constructor(search: Pick<DeviceSearch, 'count'>) {
    this.#search = search
  }

  /** `now`: seconds since 1970. */
  count(product: string, filter: string, now: number): Promise<DeviceCount> {
    const name = `${product} ${filter}`
    const known = this.#remembered.get(name)
    // A clock that was turned back makes nothing fresh for long.
    if (known !== undefined && known.at <= now && now < known.freshUntil) return known.count
    const startMs = performance.now()
    const count = this.#search
      .count({ product, filter: parseFilter(filter), now })
      .then((devices) => ({ devices, at: now }))
    const remembered = { count, at: now, freshUntil: now + FRESH_MIN_SECONDS }
    this.#remembered.set(name, remembered)
    count.then(
      () => {
        const restSeconds = ((performance.now() - startMs) / 1000) * REST_FACTOR
        remembered.freshUntil = now + Math.max(FRESH_MIN_SECONDS, restSeconds)
      },
      () => this.#remembered.delete(name),
    )
    return count
  }
}
