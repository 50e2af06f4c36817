/**
 * Work that comes around by itself: one run at a time; when one fails the next one tries again. Said once when it begins
 * to fail and once when it works again: a database that is away for an hour is no thousand lines.
 */
import type { Logger } from 'pino'

export interface Repetition {
  /** Now, instead of at the next turn; joins a run that has not begun to end. */
  soon(): void
  /** Lets a run that is under way end. */
  stop(): Promise<void>
}

export function repeated(
  { everyMs, log, what }: { readonly everyMs: number; readonly log: Logger; readonly what: string },
  work: () => Promise<void>,
): Repetition {
  let running: Promise<void> | undefined
  let isAskedAgain = false
  let isFailing = false
  let isOver = false
  const run = async () => {
    do {
      isAskedAgain = false
      try {
        await work()
        if (isFailing) log.info(`${what} works again`)
        isFailing = false
      } catch (error) {
        if (!isFailing) log.error({ err: error }, `${what} failed; it is tried again`)
        isFailing = true
      }
    } while (isAskedAgain && !isOver)
    running = undefined
  }
  const soon = () => {
    if (isOver) return
    isAskedAgain = true
    running ??= run()
  }
  const timer = setInterval(soon, everyMs)
  timer.unref()
  return {
    soon,
    stop: async () => {
      isOver = true
      clearInterval(timer)
      await running
    },
  }
}
