/** Which clock of a case runs out next, and how loud that is. Pure. */
import type { CaseClock } from '../../../api/operator-api.gen.ts'
import type { Tone } from '../../../pieces/tag.tsx'

/** Due first: of those that run or ran out. */
export function nextClock(clocks: readonly CaseClock[]): CaseClock | undefined {
  return clocks
    .filter(
      ({ state, dueAt }) => (state === 'running' || state === 'overdue') && dueAt !== undefined,
    )
    .toSorted((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0))[0]
}

export const CLOCK_TONES: Readonly<Record<CaseClock['state'], Tone>> = {
  ...{ notStarted: 'quiet', running: 'waits', overdue: 'bad' },
  ...{ submitted: 'good', late: 'bad', alreadyProvided: 'good' },
}

/** A part of a day that is left says more in hours than "tomorrow". */
export function remaining(dueAt: number, now: number): { isOver: boolean; seconds: number } {
  return { isOver: now > dueAt, seconds: Math.abs(dueAt - now) }
}
