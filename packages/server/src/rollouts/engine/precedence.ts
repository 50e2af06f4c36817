/**
 * Which of a cohort's rollouts its manifest offers. At most one that runs, so that no device is offered two
 * and every other says by which it is overtaken (docs/decisions/0008). Beside it stand offers of finished
 * rollouts, for devices that come back: the latest security fix always, functionality only while nothing later runs.
 */
import { compareVersions, type ReleaseKind } from '@fleetward/shared'
import type { RolloutState } from './rollout-state.ts'

export interface CohortRollout {
  readonly id: string
  readonly state: RolloutState
  readonly kind: ReleaseKind
  readonly version: string
  readonly priority: number
  /** Seconds since 1970. */
  readonly startedAt: number
}

export type PrecedenceRule = 'security' | 'priority' | 'later' | 'newerVersion'

export interface Overtaken {
  readonly id: string
  readonly by: string
  readonly rule: PrecedenceRule
}

export interface CohortOffers {
  /** The one that runs and is offered. */
  readonly running: string | undefined
  /** Finished ones that stay offered. */
  readonly finished: readonly string[]
  /** Running or finished ones that are silent. */
  readonly overtaken: readonly Overtaken[]
}

export function offersOfCohort(rollouts: readonly CohortRollout[]): CohortOffers {
  const running = rollouts.filter(({ state }) => state === 'running').toSorted(byPrecedence)
  const finished = rollouts.filter(({ state }) => state === 'finished')
  const [first, ...others] = running
  const overtaken = others.map((other) => overtakenBy(other, first ?? other))
  const staying: string[] = []
  for (const rollout of finished) {
    const by = supersederOf(rollout, first, finished)
    if (by === undefined) staying.push(rollout.id)
    else overtaken.push(by)
  }
  return { running: first?.id, finished: staying, overtaken }
}

/** Negative when `a` goes first. */
export function byPrecedence(a: CohortRollout, b: CohortRollout): number {
  return (
    urgencyOf(a) - urgencyOf(b) ||
    b.priority - a.priority ||
    b.startedAt - a.startedAt ||
    // In the same second.
    compareVersions(b.version, a.version) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}

/** A combined release carries a fix, so it goes with the security releases (protocol §4.2). */
function urgencyOf({ kind }: CohortRollout): number {
  return kind === 'functionality' ? 1 : 0
}

function overtakenBy(rollout: CohortRollout, by: CohortRollout): Overtaken {
  const rule =
    urgencyOf(rollout) !== urgencyOf(by)
      ? 'security'
      : rollout.priority !== by.priority
        ? 'priority'
        : 'later'
  return { id: rollout.id, by: by.id, rule }
}

/**
 * A finished fix gives way to a finished fix of a higher version alone: one that still runs has not
 * reached everybody. Finished functionality gives way to whatever runs, and to what finished and started later.
 */
function supersederOf(
  rollout: CohortRollout,
  running: CohortRollout | undefined,
  finished: readonly CohortRollout[],
): Overtaken | undefined {
  if (urgencyOf(rollout) === 0) {
    const newer = finished.find((other) => urgencyOf(other) === 0 && byVersion(other, rollout) > 0)
    return newer && { id: rollout.id, by: newer.id, rule: 'newerVersion' }
  }
  if (running !== undefined) {
    const rule = urgencyOf(running) === 0 ? 'security' : 'later'
    return { id: rollout.id, by: running.id, rule }
  }
  const latest = finished
    .filter((other) => byStart(other, rollout) > 0)
    .toSorted(byStart)
    .at(-1)
  return latest && { id: rollout.id, by: latest.id, rule: 'later' }
}

function byVersion(a: CohortRollout, b: CohortRollout): number {
  return compareVersions(a.version, b.version) || byStart(a, b)
}

/** Positive when `a` started later; never 0 for two. */
function byStart(a: CohortRollout, b: CohortRollout): number {
  return a.startedAt - b.startedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
