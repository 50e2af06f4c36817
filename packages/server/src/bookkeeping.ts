/**
 * Keeps the books of the server: the audit log and what was refused, events and whoever hears of them, and what is
 * deleted when its time is over. Put together here and started; server.ts starts and stops it as one.
 */
import type { ErrorRequestHandler } from 'express'
import type { Logger } from 'pino'
import { Refusals } from './audit/refusals.ts'
import type { Clock } from './ports.ts'
import type { Database } from './stores.ts'

/** What is only counted, or only in memory, is written down that often. */
const TICK_MS = 5_000

export interface BookkeepingNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
}

export interface Bookkeeping {
  /** Before the handler that answers. */
  readonly refusals: ErrorRequestHandler
  stop(): Promise<void>
}

export async function openBookkeeping({
  database,
  clock,
  log,
}: BookkeepingNeeds): Promise<Bookkeeping> {
  const refusals = new Refusals({ database, clock, log })
  const ticks = repeated(TICK_MS, log, async () => {
    await refusals.tick()
  })
  return {
    refusals: refusals.handler,
    stop: async () => {
      await ticks.stop()
      await refusals.stop()
    },
  }
}

/** One run at a time; a run that fails is logged, and the next one tries again. */
function repeated(ms: number, log: Logger, work: () => Promise<void>) {
  let running = Promise.resolve()
  let isRunning = false
  const timer = setInterval(() => {
    if (isRunning) return
    isRunning = true
    running = work()
      .catch((error: unknown) => log.error({ err: error }, 'bookkeeping failed; it is tried again'))
      .finally(() => {
        isRunning = false
      })
  }, ms)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
