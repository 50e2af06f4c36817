/** One thing that has to be so on a device in the field (CRA P-031, P-093). */
import type { Settings } from '../settings.ts'

/**
 * `note`: worth knowing, no danger. `warning`: weaker than it could be, or soon wrong. `wrong`: somebody
 * has to act.
 */
export type Level = 'ok' | 'note' | 'warning' | 'wrong'

export interface Finding {
  readonly level: Level
  /** What was seen. */
  readonly seen: string
  /** The next step, of everything but `ok`. */
  readonly next?: string
}

export interface Check {
  /** Never renamed: reports and scripts name it. */
  readonly id: string
  /** What has to be so, and why, each in one sentence. */
  readonly what: string
  readonly why: string
  look(site: Site): Promise<Finding>
}

export interface Site {
  readonly settings: Settings
  /** Of the running agent; undefined when none runs. */
  readonly pid: number | undefined
  /** proc(5), or what a test puts in its place. */
  readonly procFolder: string
  readonly nowMs: number
  readonly nodeVersion: string
  /** In place of timedatectl(1). */
  readonly timeTool?: string
}

export const ok = (seen: string): Finding => ({ level: 'ok', seen })
export const note = (seen: string, next: string): Finding => ({ level: 'note', seen, next })
export const warning = (seen: string, next: string): Finding => ({ level: 'warning', seen, next })
export const wrong = (seen: string, next: string): Finding => ({ level: 'wrong', seen, next })
