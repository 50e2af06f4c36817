/**
 * The end of the events, as it grows: puts new ones in order and tells those who listen. The newest stay in memory, so
 * that many who watch live cost one reading of the database.
 */
import type { Logger } from 'pino'
import type { Instances } from '../instances/instances.ts'
import { type Repetition, repeated } from '../repeated.ts'
import type { EventStore, FleetEvent } from './event-store.ts'

/** Events come from any instance and from transactions that know nothing of each other: somebody has to look. */
const LOOK_EVERY_MS = 1_000
const KEPT_MAX_COUNT = 1_000
const BATCH_COUNT = 200

export interface EventTailNeeds {
  readonly events: EventStore
  readonly instances: Pick<Instances, 'ring' | 'onRing'>
  readonly log: Logger
}

export class EventTail {
  readonly #needs: EventTailNeeds
  readonly #listeners = new Set<() => void>()
  /** Without gaps, the last one at {@link last}. */
  #kept: readonly FleetEvent[] = []
  #last = 0
  #looking: Repetition | undefined
  #looked = Promise.resolve()
  #endRing = () => {}

  constructor(needs: EventTailNeeds) {
    this.#needs = needs
  }

  async start(): Promise<void> {
    const { events, instances, log } = this.#needs
    this.#last = await events.lastPosition()
    const options = { everyMs: LOOK_EVERY_MS, log, what: 'reading events' }
    const looking = repeated(options, () => this.look())
    this.#looking = looking
    this.#endRing = instances.onRing('events', () => looking.soon())
    looking.soon()
  }

  async stop(): Promise<void> {
    this.#endRing()
    await this.#looking?.stop()
  }

  /** Position of the newest event that is known here. */
  get last(): number {
    return this.#last
  }

  /** Called whenever {@link last} has grown. Returns what ends it. */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async after(position: number, limit: number): Promise<readonly FleetEvent[]> {
    if (position >= this.#last) return []
    const first = this.#kept[0]?.position ?? Number.POSITIVE_INFINITY
    if (position + 1 < first) return this.#needs.events.after(position, limit)
    const from = position + 1 - first
    return this.#kept.slice(from, from + limit)
  }

  /** Resolves once what was committed before is known here. One look at a time: each goes on where the last ended. */
  look(): Promise<void> {
    const looked = this.#looked.then(() => this.#look())
    this.#looked = looked.catch(() => {
      // Whoever asked for it hears of it.
    })
    return looked
  }

  async #look(): Promise<void> {
    const { events, instances } = this.#needs
    while ((await events.order()) > 0) instances.ring('events')
    for (;;) {
      const fresh = await events.after(this.#last, BATCH_COUNT)
      if (fresh.length === 0) return
      this.#kept = [...this.#kept, ...fresh].slice(-KEPT_MAX_COUNT)
      this.#last = fresh.at(-1)?.position ?? this.#last
      for (const listener of this.#listeners) listener()
    }
  }
}
