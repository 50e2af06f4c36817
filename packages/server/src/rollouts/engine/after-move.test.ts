import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterMove } from './after-move.ts'
import { newEngineState } from './engine-state.ts'
import type { Because } from './explain/because.ts'
import { mustBeKept } from './observed.ts'

const OUT_OF_REACH: Because = {
  rule: 'successOutOfReach',
  facts: { name: 'all', succeeded: 5, counted: 10, share: 0.9, minimum: 1 },
}
const OFFLINE: Because = {
  rule: 'nobodyYet',
  facts: {
    ...{ name: 'all', waitingForConsent: 0, waitingForWindow: 0, waiting: 0 },
    ...{ optedOut: 0, postponed: 0, offline: 3 },
  },
}
const running = { ...newEngineState(1), state: 'running' as const, openGroup: 0 }
const waits = (because: Because) => ({ kind: 'wait', because }) as const

test('what only a person can end is kept, since when and why', () => {
  const first = afterMove(running, waits(OUT_OF_REACH), 100)
  assert.deepEqual(first.stuck, { since: 100, because: OUT_OF_REACH })
  const later = afterMove(first, waits(OUT_OF_REACH), 200)
  assert.equal(later.stuck?.since, 100)
  assert.equal(mustBeKept(running, first, 1_000), true)
  assert.equal(mustBeKept(first, later, 1_000), false)
})

test('it is over with whatever else happens, and that is written down', () => {
  const stuck = afterMove(running, waits(OUT_OF_REACH), 100)
  const free = afterMove(stuck, waits(OFFLINE), 200)
  assert.equal(free.stuck, undefined)
  assert.equal(mustBeKept(stuck, free, 1_000), true)
  const stopped = afterMove(stuck, { kind: 'stop', because: OUT_OF_REACH }, 200)
  assert.deepEqual([stopped.state, stopped.stuck], ['stopped', undefined])
})
