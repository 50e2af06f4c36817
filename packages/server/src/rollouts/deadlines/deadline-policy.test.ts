/** Which deadline a policy gives, hole by hole. CRA P-112 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_DEADLINES, dueDeadline, type FixedVulnerability } from './deadline-policy.ts'
import { deadlineSentence, decideDeadline, isEarlierNow } from './rollout-terms.ts'

const START = 1_790_000_000
const HOUR = 3_600
const hole = (name: string, more: Partial<FixedVulnerability> = {}): FixedVulnerability => ({
  ...{ name, rating: 'low', isExploited: false, exploitedAt: undefined, ...more },
})
const hoursOf = (...holes: readonly FixedVulnerability[]) => {
  const due = dueDeadline(DEFAULT_DEADLINES, holes, START)
  return due && [(due.deadline - START) / HOUR, due.vulnerability]
}

for (const [says, holes, expected] of [
  ['nothing is known of what it closes', [], undefined],
  ['low, medium and none', [hole('A'), hole('B', { rating: 'medium' })], undefined],
  ['high', [hole('A', { rating: 'high' })], [168, 'A']],
  ['rated by nobody, as high', [hole('A', { rating: 'unknown' })], [168, 'A']],
  [
    'critical beside high',
    [hole('A', { rating: 'high' }), hole('B', { rating: 'critical' })],
    [72, 'B'],
  ],
  ['exploited, however low', [hole('A', { isExploited: true })], [24, 'A']],
  [
    'exploited before the rollout began',
    [hole('A', { isExploited: true, exploitedAt: START - 900 * HOUR })],
    [24, 'A'],
  ],
  [
    'exploited since two days after it began',
    [hole('A', { rating: 'high', isExploited: true, exploitedAt: START + 48 * HOUR })],
    [72, 'A'],
  ],
  [
    'exploited since six and a half days after, when its own deadline is nearer',
    [hole('A', { rating: 'high', isExploited: true, exploitedAt: START + 156 * HOUR })],
    [168, 'A'],
  ],
] as const) {
  test(`the default policy gives ${expected?.[0] ?? 'no'} hours: ${says}`, () => {
    assert.deepEqual(hoursOf(...holes), expected)
  })
}

test('a product may hurry what is medium, and let what is high be', () => {
  const policy = { ...DEFAULT_DEADLINES, medium: 2 * HOUR, high: null }
  const due = (rating: 'medium' | 'high') => dueDeadline(policy, [hole('A', { rating })], START)
  assert.deepEqual([due('medium')?.deadline, due('high')], [START + 2 * HOUR, undefined])
})

const due = {
  ...{ deadline: START + 72 * HOUR, vulnerability: 'CVE-2026-1', grade: 'critical' as const },
  seconds: 72 * HOUR,
}
const by = { id: 'acc-1', name: 'Ada' }
const decide = (
  wished: number | null | undefined,
  more: { signed?: number; reason?: string; due?: undefined } = {},
) => decideDeadline(wished, { due, reason: undefined, by, now: START, ...more })

test('without a word the policy counts, and an earlier deadline needs no reason', () => {
  assert.deepEqual(decide(undefined), { deadline: due.deadline, terms: { due } })
  assert.equal(decide(START + HOUR).deadline, START + HOUR)
  assert.deepEqual(decide(undefined, { due: undefined }), { deadline: undefined, terms: {} })
  assert.equal(decide(START + HOUR, { due: undefined }).deadline, START + HOUR)
})

test('a later one, or none, needs its reason, which is kept with who gave it', () => {
  for (const later of [due.deadline + 1, null]) {
    assert.throws(() => decide(later), { code: 'DEADLINE_LOOSENED', status: 422 })
    const { deadline, terms } = decide(later, { reason: 'They are in a mine' })
    assert.equal(deadline, later ?? undefined)
    const { loosened } = terms
    assert.deepEqual(loosened, {
      reason: 'They are in a mine',
      by: 'acc-1',
      name: 'Ada',
      at: START,
    })
  }
})

test('so does one that is later than what devices were told, also where the policy asks for nothing', () => {
  const told = { signed: START + HOUR, due: undefined }
  assert.throws(() => decide(START + 2 * HOUR, told), { code: 'DEADLINE_LOOSENED' })
  assert.equal(decide(START + HOUR, told).deadline, START + HOUR)
})

test('the policy asks for more now than was decided, and no more once somebody has tightened', () => {
  const earlier = { ...due, deadline: START + 30 * HOUR, grade: 'exploited' as const }
  assert.ok(isEarlierNow({ due }, due.deadline, earlier))
  assert.ok(isEarlierNow({}, undefined, earlier), 'of a rollout without a deadline')
  assert.ok(!isEarlierNow({ due }, due.deadline, due))
  assert.ok(!isEarlierNow({ due }, earlier.deadline, earlier))
  const loosened = { reason: 'They are in a mine', ...by, by: by.id, at: START }
  assert.ok(!isEarlierNow({ due, loosened }, undefined, due), 'what was decided is decided')
  assert.ok(isEarlierNow({ due, loosened }, undefined, earlier))
  const says = (...of: Parameters<typeof deadlineSentence>) => deadlineSentence(...of) ?? ''
  assert.match(says({ due }, due.deadline, earlier), /by now .* is exploited: tighten it\.$/)
  assert.match(
    says({ due, loosened }, undefined, due),
    /no deadline, later than .* Ada wrote: They/,
  )
  assert.match(says({ due }, due.deadline, due), /^Its deadline is .*, which the product's policy/)
  assert.equal(deadlineSentence({}, undefined, undefined), undefined)
})
