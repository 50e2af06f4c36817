/** How commands that take long speak. */
import { pino } from 'pino'

const EVERY_MS = 1_000

/** For parts that want a log, in a command whose stdout is its answer. */
export const QUIET = pino({ level: 'silent' })

/** A line a second, however many there are. */
export function seldom(note: (line: string) => void): (line: string) => void {
  let nextMs = 0
  return (line) => {
    const now = performance.now()
    if (now < nextMs) return
    nextMs = now + EVERY_MS
    note(line)
  }
}
