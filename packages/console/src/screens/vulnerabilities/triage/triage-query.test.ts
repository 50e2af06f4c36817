import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../../../api/operator-api.gen.ts'
import { isWanted, triageQueryOf, wordsOf } from './triage-query.ts'

const finding = (change: Partial<Finding> = {}) =>
  ({
    ...{ id: 'f', vulnerability: 'CVE-1', rating: 'high', isExploited: false, answers: [] },
    ...change,
  }) as unknown as Finding
const answered = (...statuses: readonly (string | undefined)[]) =>
  finding({ answers: statuses.map((status, at) => ({ version: `1.${at}`, status })) })

test('an address that says nothing asks for what is open', () => {
  const query = triageQueryOf({ state: 'whatever', rating: '<img>', exploited: '1' })
  assert.deepEqual(query, { state: 'open', isExploited: false, rating: '', release: '' })
  assert.deepEqual(triageQueryOf(wordsOf({ ...query, state: 'decided', rating: 'low' })), {
    ...{ ...query, state: 'decided', rating: 'low' },
  })
})

test('a finding is open as long as one of its releases has no answer, or somebody still looks', () => {
  const [open, decided] = [triageQueryOf({}), triageQueryOf({ state: 'decided' })]
  const half = answered('not_affected', undefined)
  const looking = answered('under_investigation')
  const whole = answered('not_affected', 'fixed')
  assert.deepEqual(
    [half, looking, whole].map((one) => [isWanted(open, one), isWanted(decided, one)]),
    [
      [true, false],
      [true, false],
      [false, true],
    ],
  )
  assert.equal(isWanted(open, { ...half, endedAt: 1 }), false)
})
