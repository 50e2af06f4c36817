/** Looks for the trigger file while the agent runs: a button is pressed when somebody is there to press it. */
import { codeOf, DeviceError, RequestError } from '@fleetward/shared'
import type { Log, Timer } from '../ports.ts'
import type { ResetDesk } from './reset-desk.ts'
import { triggerFileLevel } from './reset-trigger.ts'

const LOOK_EVERY_MS = 2000
/** For a disk that had no room for the wish: a minute. */
const LOOKS_BETWEEN_ASKING = 30

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
  let looksToGo = 0
  while (!signal.aborted) {
    const level = await triggerFileLevel(path)
    looksToGo -= 1
    if (level !== undefined && (!wasPressed || looksToGo === 0)) {
      reset.ask({ level, by: 'button' }).catch((error: unknown) => {
        if (error instanceof DeviceError) looksToGo = LOOKS_BETWEEN_ASKING
        const known = error instanceof RequestError ? error : codeOf(error)
        log.write('warning', 'reset-not-begun', { level, code: known?.code ?? 'unknown' })
      })
    }
    wasPressed = level !== undefined
    await timer.wait(LOOK_EVERY_MS, signal)
  }
}
