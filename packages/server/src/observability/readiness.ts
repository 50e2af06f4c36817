/**
 * Whether this instance can do its work, part by part: what is wrong and since when. Looked at every few seconds by
 * itself, so that "since" is true also when nobody asks, and again when somebody does.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Clock } from '../ports.ts'

/** A part that does not answer is not ready. */
const CHECK_TIME_LIMIT_MS = 2_000
const CHECK_EVERY_MS = 5_000
/** Whoever asks more often gets the last answer. */
const FRESH_MS = 500

export interface PartState {
  readonly isReady: boolean
  /** What is wrong, or what there is to know; no secret, no address. */
  readonly says?: string
}

export interface Part {
  readonly name: string
  /** A rejection is a part that is not ready. */
  look(): Promise<PartState>
}

export interface PartReport extends PartState {
  readonly since: Date
}

export type ReadinessReport = Readonly<Record<string, PartReport>>

export class Readiness {
  readonly #parts: readonly Part[]
  readonly #clock: Clock
  readonly #log: Logger
  readonly #reports = new Map<string, PartReport>()
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> | undefined
  #lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(parts: readonly Part[], clock: Clock, log: Logger) {
    this.#parts = parts
    this.#clock = clock
    this.#log = log
    this.#timer = setInterval(() => void this.report(), CHECK_EVERY_MS)
    this.#timer.unref()
  }

  async report(): Promise<ReadinessReport> {
    if (performance.now() - this.#lookedAtMs >= FRESH_MS) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined
        this.#lookedAtMs = performance.now()
      })
      await this.#looking
    }
    return Object.fromEntries(this.#reports)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    await Promise.all(this.#parts.map((part) => this.#lookAt(part)))
  }

  async #lookAt(part: Part): Promise<void> {
    const { name } = part
    const state = await withinTime(() => part.look()).catch((error: unknown) => ({
      isReady: false,
      says: inWords(error),
    }))
    const before = this.#reports.get(name)
    const isNew = before?.isReady !== state.isReady
    const since = isNew || before === undefined ? this.#clock.now() : before.since
    this.#reports.set(name, { ...state, since })
    if (!isNew || (before === undefined && state.isReady)) return
    const facts = {
      event: state.isReady ? 'ready-again' : 'not-ready',
      part: name,
      says: state.says,
    }
    if (state.isReady) this.#log.info(facts)
    else this.#log.warn(facts)
  }
}

export function isReady(report: ReadinessReport): boolean {
  return Object.values(report).every((part) => part.isReady)
}

async function withinTime(look: () => Promise<PartState>): Promise<PartState> {
  const over = new AbortController()
  const tooLate = sleep(CHECK_TIME_LIMIT_MS, undefined, { signal: over.signal, ref: false }).then(
    () => ({ isReady: false, says: `no answer within ${CHECK_TIME_LIMIT_MS / 1000} s` }),
    () => ({ isReady: false }),
  )
  try {
    return await Promise.race([look(), tooLate])
  } finally {
    over.abort()
  }
}

/** The code where there is one: messages of drivers name hosts and users. */
function inWords(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown'
}
