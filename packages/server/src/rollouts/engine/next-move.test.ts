import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EngineState, newEngineState } from './engine-state.ts'
import type { Move } from './move.ts'
import { advance, opened } from './next-move.ts'
import { LOOK_GAP_MAX_SECONDS, mustBeKept } from './observed.ts'
import type { GroupPlan, RolloutPlan } from './plan/plan.ts'
import { type GroupProgress, nobody, type RolloutProgress } from './progress.ts'

const NOW = 1_790_000_000

const group = (name: string, change: Partial<GroupPlan> = {}): GroupPlan => ({
  name,
  members: { share: 0.5 },
  success: { share: 0.9, minimum: 1, soakSeconds: 60, afterwards: 'next' },
  error: { share: 0.1, minimum: 5 },
  ...change,
})
const plan: RolloutPlan = {
  groups: [group('first'), group('second')],
  start: {},
  urgency: 'soft',
  priority: 500,
  silenceSeconds: 3600,
}
const running: EngineState = {
  ...newEngineState(2),
  state: 'running',
  openGroup: 0,
  observedAt: NOW,
}
const inLast: EngineState = { ...running, openGroup: 1 }

function progressOf(
  first: Partial<GroupProgress>,
  second: Partial<GroupProgress> = { notOffered: 100 },
  change: Partial<RolloutProgress> = {},
): RolloutProgress {
  return {
    groups: [
      { ...nobody(), ...first },
      { ...nobody(), ...second },
    ],
    late: nobody(),
    artifactBytes: 1000,
    ...change,
  }
}

const decide = (state: EngineState, progress: RolloutProgress, now = NOW, of = plan) =>
  advance(of, state, progress, now)
const said = ({ kind, because }: Move) => [kind, because.rule]

const withSuccess = (change: Partial<GroupPlan['success']>): RolloutPlan => {
  const [first, ...others] = plan.groups
  assert.ok(first)
  return { ...plan, groups: [{ ...first, success: { ...first.success, ...change } }, ...others] }
}

for (const [says, state, progress, kind, rule] of [
  ['nobody had their turn', running, progressOf({ notOffered: 100 }), 'open', 'opening'],
  [
    'some had their turn',
    running,
    progressOf({ notOffered: 50, succeeded: 50 }),
    'open',
    'opening',
  ],
  ['all are at work', running, progressOf({ underWay: 100 }), 'wait', 'successShort'],
  [
    'one failure below the minimum',
    running,
    progressOf({ notOffered: 96, failed: 4 }),
    'open',
    'opening',
  ],
  [
    'the minimum, and the share',
    running,
    progressOf({ notOffered: 95, failed: 5 }),
    'stop',
    'errorThreshold',
  ],
  [
    'the minimum, below the share',
    running,
    progressOf({ underWay: 95, failed: 5 }),
    'wait',
    'successShort',
  ],
  [
    'the share, exactly',
    running,
    progressOf({ underWay: 45, failed: 5 }),
    'stop',
    'errorThreshold',
  ],
  [
    'success and error threshold at once: it stops',
    { ...running, metSeconds: 3600 },
    progressOf({ succeeded: 90, failed: 10 }),
    'stop',
    'errorThreshold',
  ],
  [
    'an earlier group fails later',
    inLast,
    progressOf({ succeeded: 80, failed: 20 }, { underWay: 100 }),
    'stop',
    'errorThreshold',
  ],
  [
    'those who joined late fail',
    inLast,
    progressOf({ succeeded: 100 }, { underWay: 100 }, { late: { ...nobody(), failed: 5 } }),
    'stop',
    'errorThreshold',
  ],
  [
    'it is paused and its threshold is reached',
    { ...running, state: 'paused' },
    progressOf({ failed: 10 }),
    'stop',
    'errorThreshold',
  ],
  [
    'a device that goes silent counts as failed (hawkBit #693)',
    running,
    progressOf({ underWay: 20, silent: 5 }),
    'stop',
    'errorThreshold',
  ],
  [
    'postponing does not count as failing (NervesHub #774)',
    running,
    progressOf({ succeeded: 9, postponed: 90, failed: 1 }),
    'wait',
    'soaking',
  ],
  [
    'devices that opted out distort nothing (NervesHub #2641)',
    running,
    progressOf({ succeeded: 9, optedOut: 90, failed: 1 }),
    'wait',
    'soaking',
  ],
  [
    'waiting, offline, blocked and overtaken devices are in no denominator',
    running,
    progressOf({
      ...{ succeeded: 9, failed: 1, offline: 50, blocked: 50, overtaken: 50 },
      ...{ waitingForConsent: 50, waitingForWindow: 50, waiting: 50 },
    }),
    'wait',
    'soaking',
  ],
  [
    'postponed devices do not thin out the failures of the others',
    running,
    progressOf({ succeeded: 20, failed: 5, postponed: 900, optedOut: 900 }),
    'stop',
    'errorThreshold',
  ],
  [
    'nobody has tried yet, and some are only away: a group of switched-off canaries proves nothing',
    { ...running, metSeconds: undefined },
    progressOf({ offline: 5 }),
    'wait',
    'nobodyYet',
  ],
  [
    'nobody has tried yet: all postponed',
    running,
    progressOf({ postponed: 5 }),
    'wait',
    'nobodyYet',
  ],
  ['every device opted out: it soaks', running, progressOf({ optedOut: 5 }), 'wait', 'soaking'],
  ['an empty group soaks', running, progressOf({}), 'wait', 'soaking'],
  [
    '85 of 93 is nine tenths',
    running,
    progressOf({ succeeded: 85, failed: 4, silent: 4 }),
    'wait',
    'soaking',
  ],
  ['out of reach', running, progressOf({ succeeded: 1, failed: 4 }), 'wait', 'successOutOfReach'],
  [
    'another rollout goes first',
    running,
    progressOf({ notOffered: 100 }, {}, { overtakenBy: 's' }),
    'wait',
    'overtaken',
  ],
  [
    'another rollout goes first, and this one fails all the same',
    running,
    progressOf({ failed: 10 }, {}, { overtakenBy: 's' }),
    'stop',
    'errorThreshold',
  ],
  [
    'overtaken while its group had soaked: it opens nothing',
    { ...running, metSeconds: 3600 },
    progressOf({ succeeded: 100 }, undefined, { overtakenBy: 's' }),
    'wait',
    'overtaken',
  ],
] satisfies [string, EngineState, RolloutProgress, Move['kind'], string][]) {
  test(`${says}: ${kind}, ${rule}`, () => {
    assert.deepEqual(said(decide(state, progress).move), [kind, rule])
  })
}

for (const state of ['creating', 'waitingForApproval', 'ready', 'stopped', 'withdrawn'] as const) {
  test(`a rollout that is ${state} never moves by itself`, () => {
    for (const progress of [progressOf({ notOffered: 100 }), progressOf({ failed: 100 })]) {
      const before = { ...running, state }
      const { state: after, move } = decide(before, progress)
      assert.deepEqual([said(move), after.state], [['wait', 'notRunning'], state])
    }
  })
}

test('a scheduled rollout starts at its instant and not a second before', () => {
  const scheduled: EngineState = { ...newEngineState(2), state: 'scheduled', startsAt: NOW + 10 }
  const early = decide(scheduled, progressOf({ notOffered: 100 }), NOW + 9)
  assert.deepEqual(said(early.move), ['wait', 'startsLater'])
  assert.equal(early.move.kind === 'wait' && early.move.until, NOW + 10)
  const { state, move } = decide(scheduled, progressOf({ notOffered: 100 }), NOW + 10)
  assert.deepEqual(said(move), ['openGroup', 'startReached'])
  assert.deepEqual([state.state, state.openGroup], ['running', 0])
})

test('the next group opens when the success share has been met for the soak time without a break', () => {
  const met = progressOf({ succeeded: 100 })
  const broken = progressOf({ succeeded: 80, underWay: 20 })
  let { state } = decide(running, met, NOW)
  state = decide(state, met, NOW + 59).state
  // One look at which it is not met, and the time begins anew.
  state = decide(state, broken, NOW + 60).state
  state = decide(state, met, NOW + 61).state
  const early = decide(state, met, NOW + 120)
  assert.deepEqual(said(early.move), ['wait', 'soaking'])
  assert.equal(early.move.kind === 'wait' && early.move.until, NOW + 121)
  const { move, state: after } = decide(early.state, met, NOW + 121)
  assert.deepEqual([move.kind, after.openGroup, after.metSeconds], ['openGroup', 1, undefined])
})

test('the soak time begins when the last device of the group had its turn', () => {
  const { state } = decide(
    { ...running, metSeconds: 60 },
    progressOf({ notOffered: 1, succeeded: 99 }),
  )
  assert.equal(state.metSeconds, undefined)
})

test('time in which nobody looked is no soak time, however long the server was away', () => {
  const longSoak = withSuccess({ soakSeconds: 1000 })
  const met = progressOf({ succeeded: 100 })
  const { state } = decide(running, met, NOW, longSoak)
  const back = decide(state, met, NOW + 86_400, longSoak)
  assert.equal(back.state.metSeconds, LOOK_GAP_MAX_SECONDS)
  assert.equal(back.move.kind, 'wait')
})

test('a break in what was met is kept at once, so that no restart forgets it; what only grows may wait', () => {
  const met = { ...running, metSeconds: 30, offeringSince: NOW }
  const later = (change: Partial<EngineState>, seconds = 1) =>
    mustBeKept(met, { ...met, observedAt: NOW + seconds, ...change }, 30)
  assert.equal(later({ metSeconds: 31 }), false)
  assert.equal(later({ metSeconds: undefined }), true)
  assert.equal(later({ metSeconds: 0 }), true)
  assert.equal(later({ offeringSince: undefined }), true)
  assert.equal(later({ metSeconds: 60 }, 30), true)
  assert.equal(mustBeKept({ ...met, metSeconds: undefined }, { ...met, metSeconds: 0 }, 30), true)
})

test('a clock that is set back takes no soak time away and gives none', () => {
  const met = progressOf({ succeeded: 100 })
  const { state } = decide({ ...running, metSeconds: 30, observedAt: NOW }, met, NOW - 3600)
  assert.equal(state.metSeconds, 30)
})

test('a pause keeps what was met, and its time stands still', () => {
  const met = progressOf({ succeeded: 100 })
  const paused: EngineState = { ...running, state: 'paused', metSeconds: 30, observedAt: NOW }
  const { state } = decide(paused, met, NOW + 100)
  assert.equal(state.metSeconds, 30)
  assert.equal(decide({ ...state, state: 'running' }, met, NOW + 110).state.metSeconds, 40)
})

test('a group after which it is to pause pauses once, and goes on when it is resumed', () => {
  const pausing = withSuccess({ afterwards: 'pause' })
  const soaked = { ...running, metSeconds: 60 }
  const { state, move } = decide(soaked, progressOf({ succeeded: 100 }), NOW, pausing)
  assert.deepEqual([move.kind, state.state], ['pause', 'paused'])
  const resumed: EngineState = { ...state, state: 'running' }
  assert.equal(decide(resumed, progressOf({ succeeded: 100 }), NOW, pausing).move.kind, 'openGroup')
})

test('a group whose every device opted out passes after its soak time, and says so', () => {
  const soaked = { ...running, metSeconds: 60 }
  const { move } = decide(soaked, progressOf({ optedOut: 5, blocked: 1 }))
  assert.deepEqual(said(move), ['openGroup', 'groupPassedUntried'])
  assert.deepEqual(move.because.facts, { name: 'first', optedOut: 5, blocked: 1, overtaken: 0 })
})

test('at least so many must have succeeded, or all that can', () => {
  const three = withSuccess({ minimum: 3 })
  const decideOf = (first: Partial<GroupProgress>) =>
    said(decide(running, progressOf(first), NOW, three).move)
  assert.deepEqual(decideOf({ succeeded: 2, offline: 98 }), ['wait', 'successShort'])
  assert.deepEqual(decideOf({ succeeded: 3, offline: 97 }), ['wait', 'soaking'])
  assert.deepEqual(decideOf({ succeeded: 2, optedOut: 98 }), ['wait', 'soaking'])
})

test('a share is met as people write it: 7 of 100 are 0.07', () => {
  const seven = withSuccess({ share: 0.07 })
  assert.deepEqual(
    said(decide(running, progressOf({ succeeded: 7, underWay: 93 }), NOW, seven).move),
    ['wait', 'soaking'],
  )
  assert.deepEqual(
    said(decide(running, progressOf({ succeeded: 6, underWay: 94 }), NOW, seven).move),
    ['wait', 'successShort'],
  )
})

test('it finishes after its last group, and not while those at work could still stop it', () => {
  const soaked = { ...inLast, metSeconds: 60 }
  const early = decide(soaked, progressOf({ succeeded: 100 }, { succeeded: 90, underWay: 10 }))
  assert.deepEqual(said(early.move), ['wait', 'othersAtWork'])
  const { move, state } = decide(
    soaked,
    progressOf({ succeeded: 100 }, { succeeded: 95, underWay: 4 }),
  )
  assert.deepEqual([move.kind, state.state], ['finish', 'finished'])
})

test('nobody has tried yet: each wait is told apart', () => {
  const apart = { postponed: 4, optedOut: 6, offline: 5 }
  const waits = { waitingForConsent: 3, waitingForWindow: 2, waiting: 1 }
  const { move } = decide(running, progressOf({ ...waits, ...apart }))
  assert.deepEqual(said(move), ['wait', 'nobodyYet'])
  assert.deepEqual(move.because.facts, { name: 'first', ...waits, ...apart })
})

test('finishing waits for nobody who waits, postponed, opted out or is away', () => {
  const soaked = { ...inLast, metSeconds: 60 }
  const waits = { waitingForConsent: 50, waitingForWindow: 50, waiting: 50 }
  const away = { succeeded: 10, postponed: 50, optedOut: 50, offline: 50, ...waits }
  assert.equal(decide(soaked, progressOf(away, away)).move.kind, 'finish')
})

test('a rollout without any device says so instead of completing at once (hawkBit #735)', () => {
  const { move } = decide(inLast, progressOf({}, {}))
  assert.deepEqual(said(move), ['wait', 'soaking'])
  const passed = decide({ ...inLast, metSeconds: 60 }, progressOf({}, {}))
  assert.deepEqual(said(passed.move), ['finish', 'groupPassedUntried'])
})

const paced: RolloutPlan = { ...plan, pace: { kind: 'fixed', devicesPerMinute: 10 } }

test('late joiners do not escape the rate (AWS IoT jobs)', () => {
  const late = { ...nobody(), notOffered: 1000 }
  const joined = progressOf({ notOffered: 50 }, undefined, { late })
  const { move, state } = decide(running, joined, NOW, paced)
  assert.ok(move.kind === 'open' && move.group === 'late')
  assert.equal(move.atMost, 10)
  const after = decide(opened(state, 10, NOW), joined, NOW + 60, paced)
  assert.deepEqual(said(after.move), ['wait', 'paceReached'])
  assert.equal(after.move.kind === 'wait' && after.move.until, NOW + 61)
  const next = decide(after.state, joined, NOW + 61, paced)
  assert.deepEqual([next.move.kind, next.move.kind === 'open' && next.move.atMost], ['open', 10])
})

test('late joiners of a finished rollout are paced too, and let into no trap', () => {
  const finished: EngineState = { ...inLast, state: 'finished' }
  const late = { ...nobody(), notOffered: 1000 }
  const { move, state } = decide(finished, progressOf({ succeeded: 1 }, {}, { late }), NOW, paced)
  assert.ok(move.kind === 'open')
  assert.deepEqual([move.group, move.atMost, state.state], ['late', 10, 'finished'])
  const trapped = progressOf({ succeeded: 1 }, {}, { late: { ...late, failed: 10 } })
  const held = decide(finished, trapped, NOW, paced)
  assert.deepEqual([said(held.move), held.state.state], [['wait', 'errorThreshold'], 'finished'])
})

test('groups that were opened by hand are opened one after the other, and nobody is left behind', () => {
  const { move } = decide(inLast, progressOf({ notOffered: 5, succeeded: 5 }, { notOffered: 5 }))
  assert.equal(move.kind === 'open' && move.group, 0)
  const soaked = { ...inLast, metSeconds: 60 }
  const left = decide(soaked, progressOf({ notOffered: 5, succeeded: 5 }, { succeeded: 5 }))
  assert.equal(left.move.kind === 'open' && left.move.group, 0)
})

test('an exponential pace never falls, also when devices that succeeded are gone', () => {
  const { state } = decide(
    { ...running, successes: 80 },
    progressOf({ succeeded: 3, underWay: 90 }),
  )
  assert.equal(state.successes, 80)
})

test('a closed window of the operator holds devices and groups, and nothing else (hawkBit #1465)', () => {
  const nights: RolloutPlan = {
    ...plan,
    window: { weekdays: [1, 2, 3, 4, 5, 6, 7], from: '02:00', to: '05:00', zone: 'Europe/Berlin' },
  }
  const at = (iso: string) => Date.parse(iso) / 1000
  const noon = at('2026-06-10T12:00Z')
  const { move } = decide(running, progressOf({ notOffered: 5 }), noon, nights)
  assert.deepEqual(said(move), ['wait', 'windowClosed'])
  assert.equal(move.kind === 'wait' && move.until, at('2026-06-11T00:00Z'))
  const soaked = { ...running, metSeconds: 60 }
  const passed = progressOf({ succeeded: 5 })
  assert.deepEqual(said(decide(soaked, passed, noon, nights).move), ['wait', 'windowClosed'])
  assert.equal(decide(soaked, passed, at('2026-06-11T00:00Z'), nights).move.kind, 'openGroup')
  assert.equal(decide(running, progressOf({ failed: 10 }), noon, nights).move.kind, 'stop')
  const last = { ...inLast, metSeconds: 60 }
  assert.equal(decide(last, progressOf({}, { succeeded: 5 }), noon, nights).move.kind, 'finish')
})

test('a window in the zones of the devices holds nothing at the server', () => {
  const window = { weekdays: [1], from: '02:00', to: '02:01', zone: 'device' }
  const { move } = decide(running, progressOf({ notOffered: 5 }), NOW, { ...plan, window })
  assert.equal(move.kind, 'open')
})
