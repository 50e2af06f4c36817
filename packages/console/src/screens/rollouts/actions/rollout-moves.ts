/** What a person can do to a rollout in which state, in the order in which it is offered. Pure; the server decides anew. */
import type { Rollout, RolloutColumns } from '../../../api/operator-api.gen.ts'
import type { Tone } from '../../../pieces/tag.tsx'
import { devicesIn } from '../columns/rollout-columns.ts'
import { type KeptPlan, plannedShare } from '../plan/rollout-plan.ts'

export type State = Rollout['state']

const MOVES = [
  ...(['start', 'resume', 'pause', 'open-next-group', 'retry'] as const),
  ...(['widen', 'deadline', 'stop', 'withdraw'] as const),
] as const

export type Move = (typeof MOVES)[number]

const FROM: Readonly<Record<Move, readonly State[]>> = {
  start: ['ready'],
  pause: ['scheduled', 'running'],
  resume: ['paused', 'stopped'],
  'open-next-group': ['running', 'paused'],
  retry: ['running', 'paused', 'finished', 'stopped'],
  widen: ['ready', 'scheduled', 'running', 'paused', 'finished', 'stopped'],
  deadline: ['waitingForApproval', 'ready', 'scheduled', 'running', 'paused', 'stopped'],
  stop: ['scheduled', 'running', 'paused'],
  withdraw: [
    ...(['creating', 'waitingForApproval', 'ready', 'scheduled'] as const),
    ...(['running', 'paused', 'finished', 'stopped'] as const),
  ],
}

/** `total`: where its devices stand. */
export function movesOf(
  { state, openGroup }: Pick<Rollout, 'state' | 'openGroup'>,
  plan: Pick<KeptPlan, 'groups'>,
  total: RolloutColumns,
): readonly Move[] {
  return MOVES.filter((move) => {
    if (!FROM[move].includes(state)) return false
    if (move === 'retry') return devicesIn(total) > total.succeeded + total.notOffered
    if (move === 'open-next-group') return openGroup + 1 < plan.groups.length
    // All of the cohort is as wide as it gets.
    return move !== 'widen' || plannedShare(plan) !== 1
  })
}

export const STATE_TONES: Readonly<Record<State, Tone>> = {
  ...{ creating: 'busy', waitingForApproval: 'waits', ready: 'waits', scheduled: 'busy' },
  ...{ running: 'busy', paused: 'waits', finished: 'good', stopped: 'bad', withdrawn: 'quiet' },
}

/** Running first, then what waits for a person, then what is over; within each the latest first. */
const PLACES: readonly State[] = [
  ...(['running', 'stopped', 'waitingForApproval', 'paused', 'ready'] as const),
  ...(['scheduled', 'creating', 'finished', 'withdrawn'] as const),
]

export function inOrder<One extends Pick<Rollout, 'state' | 'startedAt'>>(
  rollouts: readonly One[],
): readonly One[] {
  const place = ({ state }: One) => PLACES.indexOf(state)
  return rollouts.toSorted((a, b) => place(a) - place(b) || b.startedAt - a.startedAt)
}

export function isOver({ state }: Pick<Rollout, 'state'>): boolean {
  return state === 'finished' || state === 'withdrawn'
}
