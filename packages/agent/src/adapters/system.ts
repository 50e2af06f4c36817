/** The machine's own clock, timer and chance. */
import { randomBytes, randomInt } from 'node:crypto'
import type { Chance, Place, SystemClock, Timer } from '../ports.ts'

/** setTimeout takes 32 bits with a sign; anything longer would fire at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1

export const systemClock: SystemClock = { systemMs: () => Date.now() }

export const systemPlace: Place = {
  timeZone() {
    // Node looks for /etc/localtime once, and anew when TZ is touched: machines travel while the agent runs.
    if (process.env.TZ === undefined) delete process.env.TZ
    return Temporal.Now.timeZoneId()
  },
}

export const systemTimer: Timer = {
  async wait(ms, signal) {
    let leftMs = ms
    while (leftMs > 0 && !signal.aborted) {
      const stepMs = Math.min(leftMs, TIMEOUT_MAX_MS)
      await waitStep(stepMs, signal)
      leftMs -= stepMs
    }
  },
}

export const systemChance: Chance = {
  share: () => randomInt(2 ** 32) / 2 ** 32,
  nonce: () => randomBytes(24).toString('base64url'),
}

function waitStep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const stop = () => resolve()
  signal.addEventListener('abort', stop, { once: true })
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  })
}
