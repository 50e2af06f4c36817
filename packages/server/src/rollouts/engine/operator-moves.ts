/**
 * What a person does to a rollout. Pure; undefined when the move is not open to it, the very same object when
 * there is nothing to do. Who may do it, and whether it needs approval, is decided elsewhere.
 */
import type { EngineState } from './engine-state.ts'
import type { RolloutPlan } from './plan/plan.ts'
import { startsAt } from './plan/windows.ts'
import type { RolloutProgress } from './progress.ts'
import type { RolloutState } from './rollout-state.ts'

export const OPERATOR_MOVES = [
  'created',
  'approve',
  'voidApproval',
  'start',
  'pause',
  'resume',
  'stop',
  'retry',
  'openNextGroup',
  'withdraw',
] as const

export type OperatorMove = (typeof OPERATOR_MOVES)[number]

const ANY: readonly RolloutState[] = [
  ...(['creating', 'waitingForApproval', 'ready', 'scheduled'] as const),
  ...(['running', 'paused', 'finished', 'stopped', 'withdrawn'] as const),
]

/** From where each is open. */
const FROM: Readonly<Record<OperatorMove, readonly RolloutState[]>> = {
  created: ['creating'],
  approve: ['waitingForApproval'],
  voidApproval: [
    ...(['waitingForApproval', 'ready', 'scheduled'] as const),
    ...(['running', 'paused', 'finished', 'stopped'] as const),
  ],
  start: ['ready', 'scheduled', 'running'],
  pause: ['scheduled', 'running', 'paused'],
  resume: ['paused', 'stopped', 'scheduled', 'running'],
  stop: ['scheduled', 'running', 'paused', 'stopped'],
  retry: ['running', 'paused', 'finished', 'stopped'],
  openNextGroup: ['running', 'paused'],
  withdraw: ANY,
}

export interface OperatorMoveFacts {
  readonly plan: RolloutPlan
  readonly progress: RolloutProgress
  readonly needsApproval: boolean
  /** Seconds since 1970. */
  readonly now: number
}

export function operatorMove(
  move: OperatorMove,
  state: EngineState,
  facts: OperatorMoveFacts,
): EngineState | undefined {
  if (!FROM[move].includes(state.state)) return undefined
  switch (move) {
    case 'created':
      return { ...state, state: facts.needsApproval ? 'waitingForApproval' : 'ready' }
    case 'approve':
      // One that had begun before it was changed goes on where somebody says so.
      return { ...state, state: state.openGroup < 0 ? 'ready' : 'paused' }
    case 'voidApproval':
      return to(state, 'waitingForApproval')
    case 'start':
      if (state.state !== 'ready') return state
      // The product may ask for more approvals than when it became ready.
      return facts.needsApproval ? to(state, 'waitingForApproval') : scheduled(state, facts)
    case 'pause':
      return to(state, 'paused')
    case 'resume':
      return resumed(state, facts)
    case 'stop':
      return state.state === 'stopped'
        ? state
        : { ...state, state: 'stopped', halted: { rule: 'byHand', facts: {} } }
    case 'retry':
      return retried(state)
    case 'openNextGroup':
      return nextGroupOpened(state, facts)
    case 'withdraw':
      return to(state, 'withdrawn')
  }
}

function to(state: EngineState, next: RolloutState): EngineState {
  return state.state === next ? state : { ...state, state: next }
}

function scheduled(state: EngineState, { plan, now }: OperatorMoveFacts): EngineState | undefined {
  const at = startsAt(plan.start, now)
  return at === undefined ? undefined : { ...state, state: 'scheduled', startsAt: at }
}

/** Going on after it stopped itself says: I have seen these failures. They count no more, the next ones do. */
function resumed(state: EngineState, { progress }: OperatorMoveFacts): EngineState {
  if (state.state === 'running' || state.state === 'scheduled') return state
  const next = state.openGroup < 0 ? 'scheduled' : 'running'
  const going: EngineState = { ...state, state: next, halted: undefined }
  if (state.state === 'paused') return going
  const failures = ({ failed, silent }: { failed: number; silent: number }) => failed + silent
  return {
    ...going,
    accepted: { groups: progress.groups.map(failures), late: failures(progress.late) },
  }
}

/** The failures of the attempt before count no more, because their devices begin anew. */
function retried(state: EngineState): EngineState {
  const next = state.state === 'stopped' ? 'running' : state.state
  return {
    ...state,
    state: next,
    metSeconds: undefined,
    accepted: { groups: state.accepted.groups.map(() => 0), late: 0 },
    halted: next === state.state ? state.halted : undefined,
  }
}

/** By hand, without its success share; after the last group there is nothing to open. */
function nextGroupOpened(state: EngineState, { plan }: OperatorMoveFacts): EngineState | undefined {
  const next = state.openGroup + 1
  if (next >= plan.groups.length) return undefined
  return { ...state, state: 'running', openGroup: next, metSeconds: undefined, halted: undefined }
}
