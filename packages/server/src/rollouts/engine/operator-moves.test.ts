import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EngineState, newEngineState } from './engine-state.ts'
import { advance } from './next-move.ts'
import { OPERATOR_MOVES, type OperatorMove, operatorMove } from './operator-moves.ts'
import type { GroupPlan, RolloutPlan } from './plan/plan.ts'
import { nobody, type RolloutProgress } from './progress.ts'
import { ROLLOUT_STATES, type RolloutState } from './rollout-state.ts'

const NOW = 1_790_000_000
const group = (name: string): GroupPlan => ({
  name,
  members: { share: 0.5 },
  success: { share: 0.9, minimum: 1, soakSeconds: 60, afterwards: 'next' },
  error: { share: 0.1, minimum: 5 },
})
const plan: RolloutPlan = {
  groups: [group('first'), group('second')],
  start: { at: NOW + 100 },
  urgency: 'soft',
  priority: 500,
  silenceSeconds: 3600,
}
const failing: RolloutProgress = {
  groups: [{ ...nobody(), underWay: 40, failed: 8, silent: 2 }, nobody()],
  late: nobody(),
  artifactBytes: 1,
}
const facts = { plan, progress: failing, needsApproval: false, now: NOW }
const at = (state: RolloutState, openGroup = 0): EngineState => ({
  ...newEngineState(2),
  state,
  openGroup,
})

/** What each leads to; what is not here is not open. */
const TABLE: Record<OperatorMove, Partial<Record<RolloutState, RolloutState>>> = {
  created: { creating: 'ready' },
  approve: { waitingForApproval: 'paused' },
  voidApproval: {
    ready: 'waitingForApproval',
    scheduled: 'waitingForApproval',
    waitingForApproval: 'waitingForApproval',
    running: 'waitingForApproval',
    paused: 'waitingForApproval',
    finished: 'waitingForApproval',
    stopped: 'waitingForApproval',
  },
  start: { ready: 'scheduled', scheduled: 'scheduled', running: 'running' },
  pause: { scheduled: 'paused', running: 'paused', paused: 'paused' },
  resume: { paused: 'running', stopped: 'running', running: 'running', scheduled: 'scheduled' },
  stop: { scheduled: 'stopped', running: 'stopped', paused: 'stopped', stopped: 'stopped' },
  retry: { running: 'running', paused: 'paused', finished: 'finished', stopped: 'running' },
  openNextGroup: { running: 'running', paused: 'running' },
  withdraw: {
    creating: 'withdrawn',
    waitingForApproval: 'withdrawn',
    ready: 'withdrawn',
    scheduled: 'withdrawn',
    running: 'withdrawn',
    paused: 'withdrawn',
    finished: 'withdrawn',
    stopped: 'withdrawn',
    withdrawn: 'withdrawn',
  },
}

for (const move of OPERATOR_MOVES) {
  test(`${move} leads where the table says, and is not open elsewhere`, () => {
    for (const state of ROLLOUT_STATES) {
      assert.equal(operatorMove(move, at(state), facts)?.state, TABLE[move][state], state)
    }
  })
}

test('a rollout that needs approval waits for it', () => {
  const created = operatorMove('created', at('creating', -1), { ...facts, needsApproval: true })
  assert.equal(created?.state, 'waitingForApproval')
  const ready = operatorMove('start', at('ready', -1), { ...facts, needsApproval: true })
  assert.equal(ready?.state, 'waitingForApproval')
})

test('with its approval one that has not begun is ready', () => {
  assert.equal(operatorMove('approve', at('waitingForApproval', -1), facts)?.state, 'ready')
})

test('a start resolves the plan’s instant', () => {
  assert.equal(operatorMove('start', at('ready', -1), facts)?.startsAt, NOW + 100)
})

test('one that was paused before its start is scheduled again', () => {
  assert.equal(operatorMove('resume', at('paused', -1), facts)?.state, 'scheduled')
})

test('going on after a stop accepts the failures that were seen, and no further ones', () => {
  const { state: stopped } = advance(plan, at('running'), failing, NOW)
  assert.equal(stopped.state, 'stopped')
  const resumed = operatorMove('resume', stopped, facts)
  assert.ok(resumed)
  assert.deepEqual([resumed.accepted, resumed.halted], [{ groups: [10, 0], late: 0 }, undefined])
  assert.equal(advance(plan, resumed, failing, NOW).state.state, 'running')
  const [first] = failing.groups
  assert.ok(first)
  const worse = { ...failing, groups: [{ ...first, underWay: 35, failed: 13 }, nobody()] }
  assert.equal(advance(plan, resumed, worse, NOW).state.state, 'stopped')
})

test('going on after a pause accepts nothing', () => {
  assert.deepEqual(operatorMove('resume', at('paused'), facts)?.accepted.groups, [0, 0])
})

test('a retry of what has stopped itself goes on, and counts its failures anew', () => {
  const stopped = { ...at('stopped'), accepted: { groups: [10, 0], late: 3 }, metSeconds: 5 }
  const retried = operatorMove('retry', stopped, facts)
  assert.deepEqual(retried?.accepted, { groups: [0, 0], late: 0 })
  assert.equal(retried?.metSeconds, undefined)
})

test('the next group opens by hand; after the last one there is none', () => {
  const opened = operatorMove('openNextGroup', { ...at('running'), metSeconds: 30 }, facts)
  assert.deepEqual([opened?.openGroup, opened?.metSeconds], [1, undefined])
  assert.equal(operatorMove('openNextGroup', at('running', 1), facts), undefined)
})

test('a move that changes nothing gives back the very same state', () => {
  for (const [move, state] of [
    ['pause', 'paused'],
    ['resume', 'running'],
    ['stop', 'stopped'],
    ['start', 'running'],
    ['withdraw', 'withdrawn'],
  ] as const) {
    const before = at(state)
    assert.equal(operatorMove(move, before, facts), before)
  }
})
