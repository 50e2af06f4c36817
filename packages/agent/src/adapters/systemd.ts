/**
 * Tells systemd that the agent is up and alive (sd_notify(3)). Node.js cannot send the datagram itself, so
 * `systemd-notify` does; the unit allows it with NotifyAccess=all. Elsewhere nothing is said.
 */
import { execFile } from 'node:child_process'
import type { Log, Timer } from '../ports.ts'

const NOTIFY_TIME_LIMIT_MS = 10_000

export interface SystemdOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly timer: Timer
  /** Absolute. */
  readonly tool?: string
}

export class Systemd {
  readonly #options: SystemdOptions

  constructor(options: SystemdOptions) {
    this.#options = options
  }

  get isThere(): boolean {
    return this.#options.environment.NOTIFY_SOCKET !== undefined
  }

  /**
   * Says that the agent is up, then that it is alive, twice in the time that the watchdog allows, for
   * as long as `isAlive` answers. Resolves when `signal` aborts.
   */
  async tellUntil(signal: AbortSignal, isAlive: () => Promise<unknown>): Promise<void> {
    if (!this.isThere) return
    await this.#notify('READY=1')
    const periodMs = this.#watchdogMs() / 2
    while (!signal.aborted && periodMs > 0) {
      await this.#options.timer.wait(periodMs, signal)
      if (signal.aborted) return
      // An agent whose turns no longer come round says nothing, and is started anew.
      await isAlive()
      await this.#notify('WATCHDOG=1')
    }
  }

  #watchdogMs(): number {
    const { WATCHDOG_USEC = '', WATCHDOG_PID = '' } = this.#options.environment
    if (WATCHDOG_PID !== '' && WATCHDOG_PID !== String(process.pid)) return 0
    return /^\d{1,15}$/.test(WATCHDOG_USEC) ? Number(WATCHDOG_USEC) / 1000 : 0
  }

  #notify(words: string): Promise<void> {
    const { environment, log, tool = '/usr/bin/systemd-notify' } = this.#options
    const { promise, resolve } = Promise.withResolvers<void>()
    execFile(
      tool,
      ['--no-block', words],
      {
        env: { NOTIFY_SOCKET: environment.NOTIFY_SOCKET ?? '' },
        timeout: NOTIFY_TIME_LIMIT_MS,
        killSignal: 'SIGKILL',
      },
      (error) => {
        if (error !== null) log.write('warning', 'systemd-not-told', { words })
        resolve()
      },
    )
    return promise
  }
}
