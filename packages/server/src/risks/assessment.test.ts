import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aRisk } from '../../test/support/whole-facts.ts'
import { type Assessment, isOverdue, statusOf } from './assessment.ts'
import { type KeptRisk, LEVELS, levelOf, type Risk, SAFETY_LEVELS } from './risk.ts'

const NOW = Date.UTC(2026, 10, 21) / 1000
const kept = (id: string, more: Partial<Risk> = {}): KeptRisk => ({
  ...{ ...aRisk(id, more), revision: 1, changedAt: NOW - 10, changedBy: 'a' },
})
const reviewed = (risks: readonly KeptRisk[]): Assessment => ({
  ...{ version: 3, at: NOW - 5, by: 'a', reviewer: 'A. Licht', nextReviewOn: '2027-11-21' },
  ...{ note: '', riskCount: risks.length, risks },
})

// CRA P-016
for (const [likelihood, impact, safetyImpact, level] of [
  ['low', 'low', 'none', 'low'],
  ['high', 'low', 'none', 'medium'],
  ['low', 'high', 'none', 'medium'],
  ['medium', 'medium', 'none', 'medium'],
  ['medium', 'high', 'none', 'high'],
  ['high', 'medium', 'none', 'high'],
  ['medium', 'low', 'high', 'high'],
  ['low', 'low', 'high', 'medium'],
] as const) {
  test(`a risk is ${level}: likelihood ${likelihood}, impact ${impact}, to people ${safetyImpact}`, () => {
    assert.equal(levelOf(kept('r', { likelihood, impact, safetyImpact })), level)
  })
}

test('no risk is lower because it is likelier, or worse', () => {
  const order = (risk: Risk) => LEVELS.indexOf(levelOf(risk))
  const levels = fc.constantFrom(...LEVELS)
  const safety = fc.constantFrom(...SAFETY_LEVELS)
  fc.assert(
    fc.property(levels, levels, safety, (likelihood, impact, safetyImpact) => {
      const risk = kept('r', { likelihood, impact, safetyImpact })
      assert.ok(order({ ...risk, likelihood: 'high' }) >= order(risk))
      assert.ok(order({ ...risk, impact: 'high' }) >= order(risk))
      assert.ok(order({ ...risk, safetyImpact: 'high' }) >= 1)
      assert.ok(order({ ...risk, safetyImpact: 'high' }) >= order(risk))
    }),
  )
})

// CRA P-032
test('a high risk without evidence and without a test is a gap, any other is none', () => {
  const bare = { evidence: [], tests: [] }
  const risks = [
    ...[
      kept('bare', bare),
      kept('tested'),
      kept('small', { ...bare, impact: 'low', safetyImpact: 'none' }),
    ],
    kept('proved', { tests: [], evidence: ['https://lumen.example/pentest'] }),
  ]
  const status = statusOf(risks, undefined, NOW)
  assert.deepEqual([status.risks, status.high, status.highWithoutEvidence], [4, 3, ['bare']])
})

// CRA P-015, P-017
test('a review is overdue when its day is over, and so are risks that nobody reviewed', () => {
  assert.equal(isOverdue('2026-11-21', Date.UTC(2026, 10, 21, 23, 59, 59) / 1000), false)
  assert.equal(isOverdue('2026-11-21', Date.UTC(2026, 10, 22) / 1000), true)
  assert.equal(statusOf([kept('r')], undefined, NOW).isOverdue, true)
  const risks = [kept('one'), kept('two')]
  const fresh = statusOf(risks, reviewed(risks.toReversed()), NOW)
  assert.deepEqual([fresh.isOverdue, fresh.isChangedSince, fresh.assessment], [false, false, 3])
  assert.equal(statusOf(risks, reviewed(risks), Date.UTC(2027, 10, 22) / 1000).isOverdue, true)
})

test('whatever is done to a risk after the review asks for another one', () => {
  const risks = [kept('one'), kept('two')]
  const changed = (now: readonly KeptRisk[]) => statusOf(now, reviewed(risks), NOW).isChangedSince
  assert.equal(changed([kept('one')]), true)
  assert.equal(changed([...risks, kept('three')]), true)
  assert.equal(changed([kept('one'), { ...kept('two'), revision: 2 }]), true)
  assert.equal(changed([kept('one'), { ...kept('two'), changedAt: NOW }]), true)
})
