import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupPlan, Pace, RolloutPlan } from './plan/plan.ts'
import type { CohortRollout } from './precedence.ts'
import { type GroupAudience, previewOf } from './preview.ts'
import { PROSPECTS, type Prospect } from './prospect.ts'

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
const rollout: CohortRollout = {
  id: 'r',
  state: 'ready',
  kind: 'functionality',
  version: '1.5.0',
  priority: 500,
  startedAt: NOW,
}
const audience = (prospects: Partial<Record<Prospect, number>>): GroupAudience => {
  const all = Object.fromEntries(PROSPECTS.map((each) => [each, 0])) as Record<Prospect, number>
  const members = Object.values(prospects).reduce((sum, count) => sum + count, 0)
  return { members, prospects: { ...all, ...prospects }, sample: ['SN-1'] }
}
const world = { artifactBytes: 1000, rollout, others: [] }
const preview = (of = plan, change: Partial<typeof world> = {}) =>
  previewOf(
    of,
    [audience({ takesIt: 20 }), audience({ takesIt: 101 })],
    { ...world, ...change },
    NOW,
  )

test('a preview has counts, samples and the time that the pace and the soaks take at the least', () => {
  const { groups, members, leastSeconds, startsAt, firstOpensAt } = preview()
  assert.deepEqual(
    groups.map(({ name, members: count, opensWithinSeconds, sample, notes }) => ({
      ...{ name, count, opensWithinSeconds, sample, notes },
    })),
    [
      { name: 'canary', count: 20, opensWithinSeconds: 60, sample: ['SN-1'], notes: [] },
      { name: 'everybody', count: 101, opensWithinSeconds: 600, sample: ['SN-1'], notes: [] },
    ],
  )
  assert.deepEqual([members, leastSeconds], [121, 60 + 600 + 7200])
  assert.deepEqual([startsAt, firstOpensAt], [NOW, NOW])
})

const rising: Pace = {
  kind: 'exponential',
  startPerMinute: 10,
  factor: 2,
  everySuccesses: 10,
  maxPerMinute: 1000,
}
for (const [says, change, seconds] of [
  ['no pace: all at once', { pace: undefined }, 0],
  ['an exponential pace rises: 10, 20, and more than 71', { pace: rising }, 120],
  ['the byte budget is the lower bound', { bytesPerMinute: 5000 }, 20 * 60],
  ['an artifact above the byte budget takes minutes for each', { bytesPerMinute: 500 }, 100 * 120],
] satisfies [string, object, number][]) {
  test(`how long 101 devices take at the least, ${says}`, () => {
    const { pace, ...others } = plan
    const changed = { ...others, pace, ...change } as RolloutPlan
    assert.equal(preview(changed).groups[1]?.opensWithinSeconds, seconds)
  })
}

test('a preview says what an operator would not see: empty groups, groups that prove nothing or cannot stop', () => {
  const of = (first: GroupAudience) => previewOf(plan, [first], world, NOW).groups[0]?.notes
  assert.deepEqual(of(audience({})), ['nobody'])
  assert.deepEqual(of(audience({ optedOut: 10, runsNewer: 10 })), ['nobodyCan'])
  assert.deepEqual(of(audience({ takesIt: 4, optedOut: 10 })), ['cannotStopItself'])
  for (const later of ['asksOwner', 'postponed', 'saidNothing', 'away'] as const) {
    assert.deepEqual(of(audience({ takesIt: 2, [later]: 3 })), [], later)
  }
})

test('a preview says which rollouts it would overtake, or by which it would be', () => {
  const other = { ...rollout, id: 'o', state: 'running' as const, startedAt: NOW - 1 }
  const paused = { ...rollout, id: 'p', state: 'paused' as const }
  const fix = { ...other, id: 's', kind: 'security' as const }
  const overtaking = previewOf(plan, [], { ...world, others: [other, paused] }, NOW)
  assert.deepEqual([overtaking.overtakes, overtaking.overtakenBy], [['o'], undefined])
  const overtaken = previewOf(plan, [], { ...world, others: [other, fix] }, NOW)
  assert.deepEqual([overtaken.overtakes, overtaken.overtakenBy], [[], 's'])
})
