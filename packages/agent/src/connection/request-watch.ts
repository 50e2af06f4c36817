/**
 * The patience of one request: for the connection, for the next byte, for the whole, and for a
 * speed. Time in which the agent itself is busy with a block (a slow flash, a bandwidth limit) does
 * not count against the server, nor does it ever excuse it: the speed window goes on afterwards.
 */
import { TransferError } from '@fleetward/shared'
import type { HttpsLimits, Place } from './https-limits.ts'

type Limits = Omit<HttpsLimits, 'totalTimeoutMs'> & { readonly totalTimeoutMs: number | undefined }
type Patience = 'SERVER_UNREACHABLE' | 'TRANSFER_TOO_SLOW'

export class RequestWatch {
  hasResponse = false
  ended = false
  readonly #limits: Limits
  readonly #place: Place
  readonly #fail: (reason: TransferError) => void
  readonly #timers = new Map<'connect' | 'idle' | 'total' | 'speed', NodeJS.Timeout>()
  #windowBytes = 0
  #windowLeftMs: number
  #windowRunsSince = 0

  constructor(limits: Limits, place: Place, fail: (reason: TransferError) => void) {
    this.#limits = limits
    this.#place = place
    this.#fail = fail
    this.#windowLeftMs = limits.minimumSpeedWindowMs
    if (limits.totalTimeoutMs !== undefined) {
      this.#arm('total', limits.totalTimeoutMs, 'TRANSFER_TOO_SLOW')
    }
  }

  /** From here on a connection has to come about; a request that queues for one waits for us, not for the server. */
  connecting(): void {
    this.#arm('connect', this.#limits.connectTimeoutMs, 'SERVER_UNREACHABLE')
  }

  connected(): void {
    this.#disarm('connect')
    this.#arm('idle', this.#limits.idleTimeoutMs, 'SERVER_UNREACHABLE')
  }

  responded(): void {
    this.hasResponse = true
    this.#disarm('connect')
    this.resume()
  }

  received(bytes: number): void {
    this.#windowBytes += bytes
    this.#timers.get('idle')?.refresh()
  }

  pause(): void {
    this.#windowLeftMs -= performance.now() - this.#windowRunsSince
    this.#disarm('idle')
    this.#disarm('speed')
  }

  resume(): void {
    if (this.ended) return
    this.#arm('idle', this.#limits.idleTimeoutMs, 'TRANSFER_TOO_SLOW')
    this.#windowRunsSince = performance.now()
    this.#disarm('speed')
    this.#timers.set(
      'speed',
      setTimeout(() => this.#closeWindow(), Math.max(0, this.#windowLeftMs)),
    )
  }

  end(): void {
    this.ended = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  /** Measured window by window, so that a fast beginning does not pay for a drip at the end. */
  #closeWindow(): void {
    const { minimumSpeedWindowMs, minimumBytesPerSecond } = this.#limits
    const bytesPerSecond = Math.floor((this.#windowBytes * 1000) / minimumSpeedWindowMs)
    if (bytesPerSecond < minimumBytesPerSecond) {
      this.#giveUp('TRANSFER_TOO_SLOW', { bytesPerSecond, limit: minimumBytesPerSecond })
      return
    }
    this.#windowBytes = 0
    this.#windowLeftMs = minimumSpeedWindowMs
    this.resume()
  }

  #arm(what: 'connect' | 'idle' | 'total', afterMs: number, code: Patience): void {
    if (this.ended) return
    this.#disarm(what)
    const timer = setTimeout(() => this.#giveUp(code, { timeout: what, afterMs }), afterMs)
    this.#timers.set(what, timer)
  }

  #disarm(what: 'connect' | 'idle' | 'total' | 'speed'): void {
    clearTimeout(this.#timers.get(what))
    this.#timers.delete(what)
  }

  #giveUp(code: Patience, facts: Record<string, string | number>): void {
    this.#fail(new TransferError(code, { ...this.#place, ...facts }))
  }
}
