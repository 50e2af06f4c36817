/** Restarts the machine. Who asked never gets an answer: either everything ends, or it went wrong. */
import { setTimeout as pause } from 'node:timers/promises'
import { DeviceError } from '@fleetward/shared'
import { runBootTool } from './boot-tool.ts'

/** Services may take their time to end; a machine that still runs after this is asked again. */
const REBOOT_TIME_LIMIT_MS = 600_000

export interface SystemRebootOptions {
  /** The first word is absolute. */
  readonly command: readonly string[]
  /** Aborts when the agent ends, which is what a reboot begins with. */
  readonly signal: AbortSignal
  readonly timeLimitMs?: number
}

export async function rebootSystem(options: SystemRebootOptions): Promise<never> {
  const { command, signal, timeLimitMs = REBOOT_TIME_LIMIT_MS } = options
  const [program = '', ...words] = command
  if (!signal.aborted) await runBootTool({ program, words })
  await pause(timeLimitMs, undefined, { signal }).catch(() => {
    // Aborted: the agent is being ended, and the effect under way must end with it.
  })
  throw new DeviceError('REBOOT_FAILED', {
    program,
    reason: signal.aborted ? 'the agent was ended first' : 'the machine still runs',
  })
}
