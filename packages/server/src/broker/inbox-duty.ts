/**
 * Which inboxes at an outside broker this server attends to: the leader's while it leads; its own where the
 * broker shares reports between servers; and, as the leader, those of servers that are gone, until
 * they are empty.
 */
import type { Logger } from 'pino'
import type { Instances } from '../instances/instances.ts'
import { HOLD_SECONDS } from './inbox-store.ts'

/** Often enough that a hold is renewed before it runs out, whatever is in between. */
const TICK_MS = (HOLD_SECONDS * 1000) / 6

export interface InboxTask {
  /** Brings what is attended to in line with what should be. Called again and again, never twice at once. */
  settle(leads: boolean): Promise<void>
  /** Whether everything that should be heard reaches this server now. */
  isListening(leads: boolean): boolean
  /** The sessions stay at the broker and keep what is said, for the next start or another server. */
  stop(): Promise<void>
}

export class InboxDuty {
  readonly #tasks: readonly InboxTask[]
  readonly #instances: Instances
  readonly #log: Logger
  #settling: Promise<void> = Promise.resolve()
  #tick: NodeJS.Timeout | undefined
  #endWatch = () => {}
  #stopped = false

  constructor(tasks: readonly InboxTask[], instances: Instances, log: Logger) {
    this.#tasks = tasks
    this.#instances = instances
    this.#log = log
  }

  start(): void {
    this.#endWatch = this.#instances.watch(() => this.#settle())
    this.#tick = setInterval(() => this.#settle(), TICK_MS)
    this.#tick.unref()
    this.#settle()
  }

  get isListening(): boolean {
    const leads = this.#instances.leads()
    return this.#tasks.every((task) => task.isListening(leads))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#endWatch()
    clearInterval(this.#tick)
    await this.#settling
    await Promise.all(this.#tasks.map((task) => task.stop()))
  }

  #settle(): void {
    this.#settling = this.#settling.then(async () => {
      for (const task of this.#stopped ? [] : this.#tasks) {
        try {
          await task.settle(this.#instances.leads())
        } catch (error) {
          this.#log.warn({ err: error }, 'the inboxes at the broker could not be looked after')
        }
      }
    })
  }
}
