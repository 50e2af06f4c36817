import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FilterableDevice, matches } from '../filter/matches.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import { cohortByRule, toBeMovedBy } from './cohort-rules.ts'

const NOW = 1_795_000_000

function device(changes: Partial<FilterableDevice> = {}): FilterableDevice {
  return {
    ...{ id: 'lumen-1', cohort: 'everyone', isPinned: false, online: true, enrolledAt: NOW - 1000 },
    ...{
      revokedAt: undefined,
      flappedAt: undefined,
      lastSeenAt: NOW - 10,
      state: 'idle',
      waitingFor: undefined,
    },
    ...{ version: '1.4.2', securityCounter: 3, rollout: undefined, code: undefined },
    ...{ integrity: 'ok', isQuarantined: false, isTest: false, isCloneSuspected: false },
    attributes: { device: new Map(), operator: new Map() },
    ...changes,
  }
}

const rules = [
  { cohort: 'laboratory', filter: parseFilter('test') },
  { cohort: 'old', filter: parseFilter('version < 1.4.0') },
  { cohort: 'field', filter: parseFilter('version >= 1.4.0 or not has version') },
]

test('the first rule that means a device decides where it belongs', () => {
  assert.equal(cohortByRule(rules, device(), NOW), 'field')
  assert.equal(cohortByRule(rules, device({ version: '1.3.9' }), NOW), 'old')
  assert.equal(cohortByRule(rules, device({ version: '1.3.9', isTest: true }), NOW), 'laboratory')
  assert.equal(cohortByRule(rules, device({ version: undefined }), NOW), 'field')
  assert.equal(cohortByRule(rules.slice(0, 2), device(), NOW), undefined)
})

test('a rule never moves a device that an operator pinned', () => {
  assert.equal(cohortByRule(rules, device({ isPinned: true, isTest: true }), NOW), undefined)
})

test('moving all devices at once decides as deciding for each of them', () => {
  const any = fc.record({
    isPinned: fc.boolean(),
    isTest: fc.boolean(),
    version: fc.constantFrom(undefined, '1.3.9', '1.4.0', '2.0.0'),
    cohort: fc.constantFrom('laboratory', 'old', 'field', 'everyone'),
    revokedAt: fc.constantFrom(undefined, NOW - 5),
  })
  fc.assert(
    fc.property(any, fc.nat(2), (changes, last) => {
      const some = rules.slice(0, last + 1)
      const it = device(changes)
      const wanted = cohortByRule(some, it, NOW)
      const movers = some.filter((_, index) => matches(toBeMovedBy(some, index), it, NOW))
      const expected = wanted === undefined || wanted === it.cohort ? [] : [wanted]
      assert.deepEqual(
        movers.map(({ cohort }) => cohort),
        expected,
      )
    }),
  )
})
