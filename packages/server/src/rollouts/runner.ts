/**
 * Moves rollouts as time passes and devices report. Of several servers the leader's runner works; what it does is in
 * the database before anybody sees it, so a runner that is killed is followed by one that goes on.
 */
import { setImmediate as othersFirst } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Database } from '../stores.ts'
import { FILL_START, type FillPoint, fillPart } from './fill-members.ts'
import type { Rollout } from './rollout.ts'
import type { Moment } from './standing.ts'
import { type Ticked, tick } from './tick.ts'

export interface RunnerNeeds {
  readonly database: Database
  readonly manifests: Manifests
  readonly instances: Instances
  readonly clock: Clock
  readonly log: Logger
  /** A device that was held may read its cohort's manifests from now on. */
  readonly letIn: (product: string, device: string, cohort: string) => void
  /** A device is held that may be listening to its cohort's manifests now. */
  readonly shut: (product: string, device: string) => void
}

const PAUSE_MIN_MS = 1_000
const PAUSE_MAX_MS = 60_000
/** A look at large rollouts takes a part of the database's time, and no more than this one. */
const PAUSE_PER_WORK = 10
/** Moves of one rollout in a row: each opens what it may, so more would be a mistake of ours. */
const MOVES_MAX_COUNT = 200
/** Of one rollout, before others have their turn. */
const TURN_MAX_MS = 500
const SOON_MS = 50

export class RolloutRunner {
  readonly #needs: RunnerNeeds
  readonly #listeningSince: number
  /** One after the other: two ticks of the same rollout would only disturb each other. */
  #work: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isStarted = false
  #isTicking = false
  #hasMore = false
  #isStopped = false
  /** By rollout: how far its rows are written. */
  readonly #filling = new Map<string, FillPoint>()

  constructor(needs: RunnerNeeds) {
    this.#needs = needs
    this.#listeningSince = this.#now()
  }

  /** From now on by itself. */
  start(): void {
    this.#isStarted = true
    this.#later(PAUSE_MIN_MS)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#work
  }

  moment(): Moment {
    return { now: this.#now(), listeningSince: this.#listeningSince }
  }

  /** These devices were held; they are told that they may read now. */
  letIn({ product, cohort }: Rollout, devices: readonly string[]): void {
    for (const device of devices) this.#needs.letIn(product, device, cohort)
  }

  /** Whoever changed this rollout wants to see what comes of it. Returns it as it is then. */
  async drive(product: string, id: string): Promise<Rollout | undefined> {
    await this.#inTurn(() => this.#drive(product, id))
    return this.#needs.database.rollouts.find(product, id)
  }

  /** All rollouts, once. */
  async tick(): Promise<void> {
    const { database, instances, log } = this.#needs
    if (!instances.leads()) return
    // Also what was signed elsewhere, for a device that enrolled just now.
    this.#needs.manifests.publishSoon()
    for (const { product, id } of await database.rollouts.moving()) {
      if (this.#isStopped) return
      try {
        await this.#inTurn(() => this.#drive(product, id))
      } catch (error) {
        log.error({ err: error, rollout: id }, 'rollout not moved; the next tick tries again')
      }
    }
  }

  /** All rollouts, until none has more to do than a turn is long. */
  async settled(): Promise<void> {
    do {
      this.#hasMore = false
      await this.tick()
    } while (this.#hasMore && !this.#isStopped)
  }

  async #drive(product: string, id: string): Promise<void> {
    const { database, manifests } = this.#needs
    const rollout = await database.rollouts.find(product, id)
    if (rollout === undefined) return
    const untilMs = performance.now() + TURN_MAX_MS
    const mayGoOn = () => !this.#isStopped && performance.now() < untilMs
    if (!(await this.#fill(rollout, mayGoOn))) return
    let hasMoved = false
    for (let moves = 0; moves < MOVES_MAX_COUNT; moves += 1) {
      if (!mayGoOn()) {
        this.#soon()
        break
      }
      // Where the database is SQLite nothing waits in it, and everybody else would.
      await othersFirst()
      const ticked = await this.#tickOnce(product, id)
      if (ticked === undefined) break
      for (const device of ticked.shut) this.#needs.shut(product, device)
      this.letIn(ticked.rollout, ticked.released)
      hasMoved ||= ticked.isMoving
      if (!ticked.isMoving) break
    }
    if (hasMoved) manifests.publishSoon()
  }

  /** True when all have their rows; otherwise it goes on with the next turn. */
  async #fill(rollout: Rollout, mayGoOn: () => boolean): Promise<boolean> {
    const { product, id } = rollout
    if (rollout.trouble !== undefined) return false
    if (rollout.isFilled) return true
    const { database, manifests } = this.#needs
    let point: FillPoint | undefined = this.#filling.get(id) ?? FILL_START
    let current: Rollout | undefined = rollout
    while (point !== undefined && current !== undefined && mayGoOn()) {
      point = await fillPart({ database, manifests }, current, point, this.#now())
      await othersFirst()
      current = await database.rollouts.find(product, id)
    }
    if (point === undefined || current === undefined) this.#filling.delete(id)
    else this.#filling.set(id, point)
    if (point !== undefined) this.#soon()
    return point === undefined && current?.trouble === undefined
  }

  /** There is more to do than a turn is long. */
  #soon(): void {
    this.#hasMore = true
    if (!this.#isStarted || this.#isTicking) return
    clearTimeout(this.#timer)
    this.#later(SOON_MS)
  }

  #tickOnce(product: string, id: string): Promise<Ticked | undefined> {
    const { database, manifests } = this.#needs
    return database.transaction(async (stores) => {
      const rollout = await stores.rollouts.find(product, id)
      if (rollout === undefined) return undefined
      return tick(stores, rollout, manifests, this.moment())
    })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => {})
    return done
  }

  #later(afterMs: number): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => {
      const begunMs = performance.now()
      this.#isTicking = true
      this.#hasMore = false
      this.tick()
        .catch((error) => this.#needs.log.error({ err: error }, 'rollouts could not be looked at'))
        .finally(() => {
          this.#isTicking = false
          const workMs = performance.now() - begunMs
          const pauseMs = Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, workMs * PAUSE_PER_WORK))
          this.#later(this.#hasMore ? SOON_MS : pauseMs)
        })
    }, afterMs)
    this.#timer.unref()
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}
