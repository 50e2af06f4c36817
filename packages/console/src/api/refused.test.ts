import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refused } from './refused.ts'

const invalid = (title: string) =>
  new Refused(400, { code: 'REQUEST_INVALID', title }, ['product', 'finding'])

test('an address that could name nothing is one at which there is nothing', () => {
  assert.equal(invalid('finding: must match a pattern').isNotThere, true)
  assert.equal(new Refused(404, { code: 'NO_SUCH_FINDING' }).isNotThere, true)
})

test('what was asked of a thing that is there is refused, not missed', () => {
  assert.equal(invalid('filter: ends too soon').isNotThere, false)
  assert.equal(invalid('finding: is too long; filter: ends too soon').isNotThere, false)
  assert.equal(new Refused(500, {}, ['product']).isNotThere, false)
})
