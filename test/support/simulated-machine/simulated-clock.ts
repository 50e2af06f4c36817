/**
 * Time on a device and around it. It stands still while anything happens; when nothing does, it jumps
 * to the next timer. The device's own clock may be wrong, in either direction.
 */
export interface SimulatedTimer {
  readonly dueMs: number
  readonly fire: () => void
  forget?: () => void
}

export class SimulatedClock {
  /** The right time, as the server has it. */
  trueMs: number
  /** What the device's clock is wrong by. */
  errorMs = 0
  #timers: SimulatedTimer[] = []

  constructor(trueMs: number) {
    this.trueMs = trueMs
  }

  get deviceMs(): number {
    return Math.max(0, this.trueMs + this.errorMs)
  }

  /** As the port of the agent: resolves after `ms`, or at once when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const timer = this.at(this.trueMs + ms, () => {
        signal.removeEventListener('abort', abort)
        resolve()
      })
      const abort = () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
        resolve()
      }
      // A signal that somebody listens to is never forgotten by node, nor is what listens.
      timer.forget = () => signal.removeEventListener('abort', abort)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  at(dueMs: number, fire: () => void): SimulatedTimer {
    const timer: SimulatedTimer = { dueMs, fire }
    this.#timers.push(timer)
    return timer
  }

  /** Whoever waited waits for ever: the power is gone. Events of the world stay. */
  forget(isOfTheWorld: (timer: SimulatedTimer) => boolean): void {
    const [forgotten, kept] = [
      this.#timers.filter((timer) => !isOfTheWorld(timer)),
      this.#timers.filter(isOfTheWorld),
    ]
    for (const { forget } of forgotten) forget?.()
    this.#timers = kept
  }

  get nextMs(): number | undefined {
    return this.#next()?.dueMs
  }

  jumpToNext(): void {
    const next = this.#next()
    if (next === undefined) return
    this.#timers = this.#timers.filter((timer) => timer !== next)
    this.trueMs = Math.max(this.trueMs, next.dueMs)
    next.fire()
  }

  #next(): SimulatedTimer | undefined {
    return this.#timers.reduce<SimulatedTimer | undefined>(
      (first, timer) => (first === undefined || timer.dueMs < first.dueMs ? timer : first),
      undefined,
    )
  }
}
