import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VexStatement } from '../../../api/operator-api.gen.ts'
import { decisionOf, draftFor, factsOf, latestOf, versionsOf } from './decision.ts'

test('a decision says what its status needs and nothing that was typed for another', () => {
  const typed = { ...draftFor('affected', ['1.4.2']), action: ' Close\nport 8080. ', reason: 'x' }
  assert.deepEqual(decisionOf(typed), {
    ...{ status: 'affected', action: 'Close port 8080.', releases: ['1.4.2'] },
  })
  assert.deepEqual(decisionOf({ ...typed, status: 'under_investigation', note: 'Ada looks.' }), {
    ...{ status: 'under_investigation', releases: ['1.4.2'], note: 'Ada looks.' },
  })
})

test('why a product is not affected is claimed by nobody who did not choose it', () => {
  assert.equal(draftFor('not_affected', ['1.4.2']).justification, '')
})

test('a risk is accepted until the end of the day that was chosen', () => {
  const draft = { ...draftFor('accepted', []), until: '2027-03-01' }
  const decision = decisionOf(draft)
  assert.equal(decision.status, 'accepted')
  assert.deepEqual('until' in decision && new Date(decision.until * 1000), new Date(2027, 2, 2))
})

test('of two statements of one second the one with the higher number is the latest', () => {
  const said = (id: string, at: number) => ({ id, at }) as VexStatement
  assert.equal(latestOf([said('f.9', 5), said('f.10', 5), said('f.11', 4)])?.id, 'f.10')
})

test('what is said of a statement is its releases and the facts of its verdict', () => {
  assert.deepEqual(versionsOf({ products: ['pkg:generic/lumen@1.4.2%2Bbuild'] }), ['1.4.2+build'])
  assert.deepEqual(factsOf({ status: 'affected', action: 'Update.', until: {}, x: 1 }), [
    ['action', 'Update.'],
  ])
})
