/**
 * Moves devices as the rules say: those whose attributes a report changed, within a second or so, and at each tick all
 * that a rule means by now, since time alone can change that. In small transactions, so that nobody waits for a large
 * fleet to be sorted; what was not done is found again by the next tick.
 */
import type { Logger } from 'pino'
import { type Clock, type CohortDoor, secondsOf } from '../../ports.ts'
import type { Database } from '../../stores.ts'
import { moveByRules } from '../change-device.ts'
import { toBeMovedBy } from './cohort-rules.ts'
import { rulesOf } from './written-rules.ts'

const CHUNK_COUNT = 100
/** Of one rule at one tick: a rule that moves a million devices must not keep the others waiting. */
const MOVES_PER_TICK = 5_000
const WAIT_MS = 1_000
const WAITING_MAX_COUNT = 10_000

export interface MoverNeeds {
  readonly stores: Database
  readonly door: CohortDoor | undefined
  readonly clock: Clock
  readonly log: Logger
  /** What has to happen once it is written. */
  moved(product: string, device: string, cohort: string): void
}

export class CohortMover {
  readonly #needs: MoverNeeds
  /** Devices to be asked about, with their product. */
  #waiting = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor(needs: MoverNeeds) {
    this.#needs = needs
  }

  /** A report changed what a rule may ask for. */
  changed(product: string, device: string): void {
    // More than this the next tick finds.
    if (this.#stopped || this.#waiting.size >= WAITING_MAX_COUNT) return
    this.#waiting.set(device, product)
    this.#timer ??= setTimeout(() => this.#later(() => this.#moveWaiting()), WAIT_MS)
    this.#timer.unref()
  }

  /** Every rule of every product. */
  tick(): Promise<void> {
    return this.#later(() => this.#moveAll())
  }

  /** Resolves when those that were waiting have been moved. */
  async settled(): Promise<void> {
    await this.#later(() => this.#moveWaiting())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  /** One after the other; a failure is logged, and found again by the next tick. */
  #later(work: () => Promise<void>): Promise<void> {
    const run = this.#running.then(work).catch((error: unknown) => {
      this.#needs.log.error({ err: error }, 'devices were not moved to their cohorts')
    })
    this.#running = run
    return run
  }

  async #moveWaiting(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const waiting = [...this.#waiting]
    this.#waiting = new Map()
    const byProduct = Map.groupBy(waiting, ([, product]) => product)
    for (const [product, devices] of byProduct) {
      // Most products have no rules, and then reports are none of our business.
      if ((await this.#needs.stores.cohorts.rules(product)).length === 0) continue
      const ids = devices.map(([device]) => device)
      for (let at = 0; at < ids.length; at += CHUNK_COUNT) {
        await this.#move(product, ids.slice(at, at + CHUNK_COUNT))
      }
    }
  }

  async #moveAll(): Promise<void> {
    const { stores } = this.#needs
    for (const product of await stores.cohorts.productsWithRules()) {
      const rules = await rulesOf(stores, product)
      for (const index of rules.keys()) {
        const filter = toBeMovedBy(rules, index)
        let after: string | undefined
        for (let moved = 0; moved < MOVES_PER_TICK && !this.#stopped; moved += CHUNK_COUNT) {
          const query = { product, filter, now: this.#nowSeconds() }
          const ids = await stores.deviceSearch.page(query, { after, limit: CHUNK_COUNT })
          await this.#move(product, ids)
          if (ids.length < CHUNK_COUNT) break
          after = ids.at(-1)
        }
      }
    }
  }

  /** Each is asked about again inside: an operator may have pinned it meanwhile. */
  async #move(product: string, devices: readonly string[]): Promise<void> {
    if (devices.length === 0) return
    const { stores, door, moved } = this.#needs
    const at = this.#nowSeconds()
    const moves = await stores.transaction(async (within) => {
      const done: { device: string; cohort: string }[] = []
      for (const device of devices) {
        const cohort = await moveByRules(within, { product, device, at })
        if (cohort === undefined) continue
        await door?.joined(within, { product, device, cohort, at })
        done.push({ device, cohort })
      }
      return done
    })
    for (const { device, cohort } of moves) moved(product, device, cohort)
  }

  #nowSeconds(): number {
    return secondsOf(this.#needs.clock)
  }
}
