/** One sentence for every rollout and every device, with the rule that decided. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  COLUMN_CASES,
  DEVICE_OF_CASES,
  MEMBERSHIP_OF_CASES,
  ROLLOUT_OF_CASES,
} from '../../../../test/support/column-cases.ts'
import { type EngineState, newEngineState } from '../engine-state.ts'
import type { DeviceFacts, Membership } from '../membership.ts'
import type { GroupPlan, RolloutPlan } from '../plan/plan.ts'
import { nobody, type RolloutProgress } from '../progress.ts'
import { ROLLOUT_STATES } from '../rollout-state.ts'
import { type DeviceQuestion, explainDevice } from './explain-device.ts'
import { type Explanation, explainRollout } from './explain-rollout.ts'

const NOW = 1_790_000_000
const group = (name: string): GroupPlan => ({
  name,
  members: { share: 0.5 },
  success: { share: 0.9, minimum: 1, soakSeconds: 3600, afterwards: 'next' },
  error: { share: 0.1, minimum: 5 },
})
const plan: RolloutPlan = {
  groups: [group('canary'), group('everybody')],
  pace: { kind: 'fixed', devicesPerMinute: 10 },
  start: {},
  urgency: 'soft',
  priority: 500,
  silenceSeconds: 3600,
}
const running: EngineState = { ...newEngineState(2), state: 'running', openGroup: 0 }
const progress: RolloutProgress = {
  groups: [
    { ...nobody(), notOffered: 50, underWay: 50 },
    { ...nobody(), notOffered: 100 },
  ],
  late: nobody(),
  artifactBytes: 1000,
}

/** One sentence, no hole where a fact should be. */
function assertSentence({ sentence }: Explanation): void {
  assert.match(sentence, /^[A-Z][^\n]*\.$/)
  assert.doesNotMatch(sentence, /[.:] [A-Z]/)
  assert.doesNotMatch(sentence, /undefined|NaN|null|\[object/)
}

function rolloutRule(state: EngineState, of = progress, by = plan): string {
  const explanation = explainRollout(by, state, of, NOW)
  assertSentence(explanation)
  return explanation.rule
}

test('a rollout says in which state it is, in each', () => {
  for (const state of ROLLOUT_STATES) rolloutRule({ ...running, state })
})

test('a rollout that is being created says so, and how far it is (hawkBit #1770)', () => {
  const { rule, facts, sentence } = explainRollout(plan, newEngineState(2), progress, NOW)
  assert.deepEqual([rule, facts], ['notRunning', { state: 'creating', members: 200 }])
  assert.match(sentence, /200 devices/)
})

test('a rollout that ended without a device says that nobody could take it (hawkBit #735)', () => {
  const soaked = { ...running, openGroup: 1, metSeconds: 3600 }
  const away = { ...nobody(), overtaken: 7 }
  const { rule, facts } = explainRollout(plan, soaked, { ...progress, groups: [away, away] }, NOW)
  assert.equal(rule, 'groupPassedUntried')
  assert.deepEqual(facts, { name: 'everybody', optedOut: 0, blocked: 0, overtaken: 7 })
})

for (const [says, state, of, by, rule] of [
  ['it is opening', running, progress, plan, 'opening'],
  [
    'the pace is used',
    { ...running, openings: [{ at: NOW, count: 10 }] },
    progress,
    plan,
    'paceReached',
  ],
  [
    'the byte budget is used',
    { ...running, openings: [{ at: NOW, count: 10 }] },
    progress,
    { ...plan, bytesPerMinute: 5000 },
    'bytesReached',
  ],
  [
    'it starts later',
    { ...running, state: 'scheduled', startsAt: NOW + 60 },
    progress,
    plan,
    'startsLater',
  ],
  [
    'it starts now',
    { ...running, state: 'scheduled', openGroup: -1 },
    progress,
    plan,
    'startReached',
  ],
  ['another goes first', running, { ...progress, overtakenBy: 's' }, plan, 'overtaken'],
  [
    'its window is closed',
    running,
    progress,
    {
      ...plan,
      window: { weekdays: [1], from: '02:00', to: '02:01', zone: 'Europe/Berlin' },
    },
    'windowClosed',
  ],
  [
    'it soaks',
    { ...running, metSeconds: 100 },
    { ...progress, groups: [{ ...nobody(), succeeded: 10 }, nobody()] },
    plan,
    'soaking',
  ],
  [
    'success is short',
    running,
    { ...progress, groups: [{ ...nobody(), underWay: 10 }, nobody()] },
    plan,
    'successShort',
  ],
  [
    'success is out of reach',
    running,
    { ...progress, groups: [{ ...nobody(), succeeded: 10, failed: 4 }, nobody()] },
    plan,
    'successOutOfReach',
  ],
  [
    'nobody has tried',
    running,
    { ...progress, groups: [{ ...nobody(), offline: 10 }, nobody()] },
    plan,
    'nobodyYet',
  ],
  [
    'others are at work',
    { ...running, openGroup: 1, metSeconds: 3600 },
    { ...progress, groups: [nobody(), { ...nobody(), succeeded: 90, underWay: 10 }] },
    plan,
    'othersAtWork',
  ],
  [
    'it has finished',
    { ...running, openGroup: 1, state: 'finished' },
    { ...progress, groups: [nobody(), { ...nobody(), succeeded: 90 }] },
    plan,
    'finished',
  ],
  [
    'it stopped itself',
    {
      ...running,
      state: 'stopped',
      halted: {
        rule: 'errorThreshold',
        facts: {
          name: 'canary',
          failed: 3,
          silent: 2,
          accepted: 0,
          counted: 9,
          share: 0.1,
          minimum: 5,
        },
      },
    },
    progress,
    plan,
    'errorThreshold',
  ],
  [
    'it paused itself',
    {
      ...running,
      state: 'paused',
      halted: { rule: 'groupPassed', facts: { name: 'canary', succeeded: 9, counted: 9 } },
    },
    progress,
    plan,
    'groupPassed',
  ],
  [
    'an operator stopped it',
    { ...running, state: 'stopped', halted: { rule: 'byHand', facts: {} } },
    progress,
    plan,
    'byHand',
  ],
] satisfies [string, EngineState, RolloutProgress, RolloutPlan, string][]) {
  test(`a rollout is explained when ${says}: ${rule}`, () => {
    assert.equal(rolloutRule(state, of, by), rule)
  })
}

const question = (
  device: Partial<DeviceFacts>,
  membership: Partial<Membership> | undefined,
  change: Partial<DeviceQuestion> = {},
): DeviceQuestion => ({
  device: { ...DEVICE_OF_CASES, ...device },
  membership: membership && { ...MEMBERSHIP_OF_CASES, ...membership },
  rollout: ROLLOUT_OF_CASES,
  plan,
  state: running,
  progress,
  ...change,
})
const queued = { offeredAt: undefined, silenceFrom: undefined }

for (const { says, device, membership, overtakenBy, column } of COLUMN_CASES) {
  test(`why did this device not update? ${says}`, () => {
    const rollout = { ...ROLLOUT_OF_CASES, overtakenBy }
    const asked = question(device ?? {}, membership ?? {}, { rollout })
    const explanation = explainDevice(asked, NOW)
    assertSentence(explanation)
    const isToldApart = column === 'notOffered' || column === 'overtaken'
    if (!isToldApart) assert.equal(explanation.rule, column)
  })
}

test('a device that took it and runs something else by now is not said to run it', () => {
  const ended = { end: { as: 'succeeded', attempt: 1, at: 1, code: undefined } } as const
  const { sentence, facts } = explainDevice(question({ version: '1.5.0' }, ended), NOW)
  assert.equal(sentence, 'It took 1.4.3, and runs 1.5.0 now.')
  assert.equal(facts.runs, '1.5.0')
})

test('what nobody waits for is not said of a rollout that nobody has tried', () => {
  const groups = [{ ...nobody(), postponed: 1, optedOut: 1 }, nobody()]
  const { sentence } = explainRollout(plan, running, { ...progress, groups }, NOW)
  assert.equal(
    sentence,
    'Nobody in group canary has tried the release yet: 1 postponed, 1 opted out.',
  )
})

for (const [says, asked, rule, because] of [
  ['it is in another cohort', question({}, undefined), 'notMember', undefined],
  ['it is in the queue of the open group', question({}, queued), 'inQueue', 'opening'],
  ['it joined late', question({}, { ...queued, late: true }), 'inQueue', 'opening'],
  ['its group is not open', question({}, { ...queued, group: 1 }), 'groupNotOpen', 'opening'],
  [
    'the rollout is paused',
    question({}, queued, { state: { ...running, state: 'paused' } }),
    'rolloutNotRunning',
    'notRunning',
  ],
  [
    'the rollout starts later',
    question({}, queued, { state: { ...running, state: 'scheduled', startsAt: NOW + 9 } }),
    'rolloutNotRunning',
    'startsLater',
  ],
  [
    'it is quarantined in the queue',
    question({ blocked: 'quarantined' }, queued),
    'blocked',
    undefined,
  ],
  ['it has the release already', question({ version: '1.4.3' }, queued), 'runsAsNew', undefined],
  ['it runs something newer', question({ version: '1.5.0' }, {}), 'runsAsNew', undefined],
  [
    'another rollout goes first',
    question({}, queued, { rollout: { ...ROLLOUT_OF_CASES, overtakenBy: 's' } }),
    'overtaken',
    undefined,
  ],
] satisfies [string, DeviceQuestion, string, string | undefined][]) {
  test(`why did this device not update? ${says}: ${rule}`, () => {
    const explanation = explainDevice(asked, NOW)
    assertSentence(explanation)
    assert.equal(explanation.rule, rule)
    assert.equal(explanation.facts.because, because)
  })
}

test('what holds the queue is told with its figures, for whoever says it in another language', () => {
  const window = { weekdays: [1], from: '02:00', to: '02:01', zone: 'Europe/Berlin' }
  const { facts } = explainDevice(question({}, queued, { plan: { ...plan, window } }), NOW)
  assert.equal(facts.because, 'windowClosed')
  const { opensAt, zone } = facts.figures as Readonly<Record<string, unknown>>
  assert.equal(zone, 'Europe/Berlin')
  assert.ok(typeof opensAt === 'number' && opensAt > NOW)
})

test('the sentence has the figures that the facts have', () => {
  const failed = question(
    {},
    { end: { as: 'failed', attempt: 2, at: 950, code: 'SELF_TEST_FAILED' } },
  )
  const { facts, sentence } = explainDevice(failed, NOW)
  assert.deepEqual(facts, { code: 'SELF_TEST_FAILED', attempt: 2, at: 950 })
  assert.match(sentence, /SELF_TEST_FAILED/)
})
