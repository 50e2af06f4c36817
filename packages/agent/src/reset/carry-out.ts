/** Carries a reset out, step by step. A disk that fails is tried again: half a reset is no state to run in. */
import { DeviceError } from '@fleetward/shared'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import type { Chance, Log, Timer } from '../ports.ts'
import type { ResetIntent } from './reset-intent.ts'
import { type ResetStepName, stepsOf } from './reset-steps.ts'

export type ResetEffects = {
  readonly [Name in ResetStepName]: (intent: ResetIntent) => Promise<void>
}

export interface ResetRun {
  readonly effects: ResetEffects
  readonly log: Log
  readonly timer: Timer
  readonly chance: Chance
  readonly backoff: Backoff
  /** The agent's end: the next boot goes on. */
  readonly signal: AbortSignal
}

/** Resolves once the intent is forgotten; rejects when the agent ends first, or for a bug of ours. */
export async function carryOut(intent: ResetIntent, run: ResetRun): Promise<void> {
  run.log.write('info', 'reset-begun', { level: intent.level, by: intent.by })
  for (const step of stepsOf(intent.level)) {
    await untilDone(step, intent, run)
    run.log.write('info', 'reset-step', { step })
  }
  run.log.write('info', 'reset-done', { level: intent.level })
}

async function untilDone(step: ResetStepName, intent: ResetIntent, run: ResetRun): Promise<void> {
  const { effects, log, timer, chance, backoff, signal } = run
  for (let failures = 1; ; failures += 1) {
    try {
      return await effects[step](intent)
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
      log.write('error', 'reset-step-failed', { step, code: error.code, ...error.facts })
      await timer.wait(backoffMs(failures, backoff, chance.share()), signal)
      if (signal.aborted) throw error
    }
  }
}
