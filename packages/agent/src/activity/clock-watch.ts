/** Notices that somebody set the clock: against one that nobody can set (protocol §2.2 says what then counts). */
import type { ActivityLog, SystemClock } from '../ports.ts'

/** NTP corrects less than this at a time; a suspended device may wake up minutes later. */
const JUMP_MIN_MS = 120_000
const LOOK_EVERY_MS = 30_000

export class ClockWatch {
  readonly #activity: ActivityLog
  readonly #systemClock: SystemClock
  readonly #uptimeMs: () => number
  readonly #timer: NodeJS.Timeout
  #aheadMs: number

  constructor(activity: ActivityLog, systemClock: SystemClock, uptimeMs: () => number) {
    this.#activity = activity
    this.#systemClock = systemClock
    this.#uptimeMs = uptimeMs
    this.#aheadMs = systemClock.systemMs() - uptimeMs()
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  async look(): Promise<void> {
    const aheadMs = this.#systemClock.systemMs() - this.#uptimeMs()
    const jumpedMs = aheadMs - this.#aheadMs
    if (Math.abs(jumpedMs) < JUMP_MIN_MS) return
    this.#aheadMs = aheadMs
    const facts = { bySeconds: Math.round(jumpedMs / 1000) }
    await this.#activity.record({ class: 'security', event: 'clock-jumped', by: 'agent', facts })
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
