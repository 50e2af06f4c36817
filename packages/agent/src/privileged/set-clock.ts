/**
 * A clock that is behind what was already verified is moved forward to it, as systemd-timesyncd does: a
 * device without a battery for its clock wakes up in 1970, where no certificate is valid yet. Never back.
 */
import { execFile } from 'node:child_process'
import { isClockUnsure } from '../core/clock-floor.ts'
import type { Log, SystemClock } from '../ports.ts'

const TIME_LIMIT_MS = 10_000

export interface ClockSetting {
  /** Called with `@SECONDS` behind it. */
  readonly command: readonly string[]
  readonly systemClock: SystemClock
  readonly log: Log
}

/** A clock that cannot be set is logged: without it, connections fail and say so themselves. */
export async function moveClockForward(
  floorSeconds: number,
  { command, systemClock, log }: ClockSetting,
): Promise<void> {
  const before = systemClock.systemMs()
  if (!isClockUnsure(before, floorSeconds)) return
  const [program = '', ...words] = command
  const { promise, resolve } = Promise.withResolvers<boolean>()
  execFile(
    program,
    [...words, `@${floorSeconds}`],
    { env: { LC_ALL: 'C' }, timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL' },
    (error) => resolve(error === null),
  )
  const facts = { from: Math.floor(before / 1000), to: floorSeconds }
  if (await promise) log.write('warning', 'clock-moved', facts)
  else log.write('error', 'clock-not-moved', facts)
}
