/** The classes of the activity log: what the owner can switch off, and what each may cost. */
import type { ActivityClass, Way } from '../ports.ts'

/** `log` is what the log says about itself; it says nothing unless a class is on or is switched. */
export type EntryClass = ActivityClass | 'log'

export const WAYS = [
  'cli',
  'page',
  'button',
  'server',
  'product',
  'agent',
  'bundle',
] as const satisfies readonly Way[]

export interface ClassRules {
  /** Kept through a power cut before {@link ActivityLog.record} resolves; others within a second. */
  readonly durable: boolean
  /** Entries that may come at once, and how many more an hour: a flood must not push out a year. */
  readonly burst: number
  readonly perHour: number
}

const RULES: Readonly<Record<ActivityClass, ClassRules>> = {
  // Anybody who can send a message can cause these: few of them.
  security: { durable: true, burst: 50, perHour: 12 },
  access: { durable: true, burst: 50, perHour: 12 },
  // The owner causes these.
  configuration: { durable: true, burst: 200, perHour: 60 },
  data: { durable: true, burst: 100, perHour: 60 },
  update: { durable: false, burst: 200, perHour: 60 },
  diagnostic: { durable: false, burst: 50, perHour: 12 },
}

export function rulesOf(entryClass: ActivityClass): ClassRules {
  return RULES[entryClass]
}
