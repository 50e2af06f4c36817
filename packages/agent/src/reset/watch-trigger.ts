/** Looks for the trigger file while the agent runs: a button is pressed when somebody is there to press it. */
import { codeOf, RequestError } from '@fleetward/shared'
import type { Log, Timer } from '../ports.ts'
import type { ResetDesk } from './reset-desk.ts'
import { triggerFileLevel } from './reset-trigger.ts'

const LOOK_EVERY_MS = 2000

export interface TriggerWatch {
  readonly reset: Pick<ResetDesk, 'ask'>
  readonly timer: Timer
  readonly log: Log
  readonly signal: AbortSignal
}

/** Until the signal aborts. Asked once a press; the file goes when the reset begins (./finish-reset.ts). */
export async function watchTrigger(path: string, watch: TriggerWatch): Promise<void> {
  const { reset, timer, log, signal } = watch
  let wasPressed = false
  while (!signal.aborted) {
    const level = await triggerFileLevel(path)
    if (level !== undefined && !wasPressed) {
      reset.ask({ level, by: 'button' }).catch((error: unknown) => {
        const known = error instanceof RequestError ? error : codeOf(error)
        log.write('warning', 'reset-not-begun', { level, code: known?.code ?? 'unknown' })
      })
    }
    wasPressed = level !== undefined
    await timer.wait(LOOK_EVERY_MS, signal)
  }
}
