/** The state that a move leaves, which must be durable before the move is carried out. */
import type { EngineState } from './engine-state.ts'
import type { Rule } from './explain/because.ts'
import type { Move } from './move.ts'

/**
 * Waiting that no device and no time ends. By the error threshold a finished rollout lets nobody in who joined late; one
 * that runs stops.
 */
const FOR_A_PERSON: readonly Rule[] = ['successOutOfReach', 'errorThreshold']

export function afterMove({ stuck, ...state }: EngineState, move: Move, now: number): EngineState {
  switch (move.kind) {
    case 'wait': {
      const { because } = move
      if (!FOR_A_PERSON.includes(because.rule)) return state
      const since = stuck?.because.rule === because.rule ? stuck.since : now
      return { ...state, stuck: { since, because } }
    }
    case 'open':
      return state
    case 'openGroup':
      return {
        ...state,
        state: 'running',
        openGroup: move.group,
        metSeconds: undefined,
        startsAt: undefined,
        halted: undefined,
      }
    case 'pause':
      return { ...state, state: 'paused', pausedAfter: state.openGroup, halted: move.because }
    case 'stop':
      return { ...state, state: 'stopped', halted: move.because }
    case 'finish':
      return { ...state, state: 'finished' }
  }
}
