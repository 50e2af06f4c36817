import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditQueryOf, searchedBy } from './audit-query.ts'

test('an address that says nothing searches for everything', () => {
  assert.deepEqual(searchedBy(auditQueryOf({})), {
    ...{ outcome: undefined, since: undefined, until: undefined },
  })
})

test('both days belong to what is searched, whatever zone the viewer is in', () => {
  const { since = 0, until = 0 } = searchedBy(
    auditQueryOf({ since: '2026-11-21', until: '2026-11-21' }),
  )
  assert.equal(new Date(since * 1000).getHours(), 0)
  assert.equal(until - since, 86_400)
})

test('what is no day and no outcome is left out', () => {
  const searched = searchedBy(auditQueryOf({ since: 'yesterday', outcome: 'maybe', actor: 'ada' }))
  assert.deepEqual(searched, {
    ...{ actor: 'ada', outcome: undefined, since: undefined, until: undefined },
  })
})
