/** Who may come in: the pairing code, the brake on guessing it, and the sessions it opens. */
import { RequestError } from '@fleetward/shared'
import type { ActivityEvent, ActivityLog } from '../ports.ts'
import type { Pairing } from './pairing.ts'
import { PairingBrake, sourceOf } from './pairing-brake.ts'
import { type OpenedSession, type Session, Sessions } from './sessions.ts'

export interface DoorkeeperOptions {
  readonly pairing: Pairing
  readonly activity: ActivityLog
  /** Of this machine since it started: a clock that is set back must not shorten a delay. */
  monotonicMs(): number
  /** Tells the server that somebody guesses codes. */
  reportTries(tries: number): Promise<void>
}

export class Doorkeeper {
  readonly #options: DoorkeeperOptions
  readonly #brake = new PairingBrake()
  readonly #sessions = new Sessions()

  constructor(options: DoorkeeperOptions) {
    this.#options = options
  }

  /** A session for the right code; RequestError PAIRING_CODE_WRONG or TOO_MANY_TRIES. */
  async letIn(typed: string, address: string): Promise<OpenedSession> {
    const { pairing, activity, monotonicMs } = this.#options
    const source = sourceOf(address)
    const verdict = this.#brake.try(source, monotonicMs(), () => pairing.opensWith(typed))
    if (verdict.name === 'wait') {
      const waitSeconds = Math.ceil(verdict.waitMs / 1000)
      throw new RequestError('TOO_MANY_TRIES', { waitSeconds })
    }
    if (verdict.name === 'open') {
      const opened = this.#sessions.open(monotonicMs())
      await activity.record(entry('paired', { source }))
      return opened
    }
    const { tries, waitMs, report } = verdict
    await activity.record(entry('pairing-code-wrong', { source, tries }))
    if (report !== undefined) await this.#options.reportTries(report)
    throw new RequestError('PAIRING_CODE_WRONG', { waitSeconds: Math.ceil(waitMs / 1000) })
  }

  find(cookie: string | undefined, token: string | undefined): Session | undefined {
    return this.#sessions.find(cookie, token, this.#options.monotonicMs())
  }

  async letOut(cookie: string): Promise<void> {
    this.#sessions.close(cookie)
    await this.#options.activity.record(entry('page-left'))
  }

  /** A new code; whoever came in by the old one is out. */
  async renewCode(by: 'cli' | 'page'): Promise<void> {
    await this.#options.pairing.renew()
    this.#sessions.closeAll()
    await this.#options.activity.record({ class: 'access', event: 'pairing-code-renewed', by })
  }

  closeAll(): void {
    this.#sessions.closeAll()
  }
}

function entry(event: ActivityEvent, facts: Readonly<Record<string, string | number>> = {}) {
  return { class: 'access', event, by: 'page', facts } as const
}
