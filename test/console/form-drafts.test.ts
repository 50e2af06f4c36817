/** What is typed into a form comes out as the request of the API, and what was there comes into the form again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  differences,
  draftOf,
  rebased,
  requestOf,
  rowNumbers,
  withoutRow,
} from '../../packages/console/src/forms/draft.ts'
import { FORMS } from '../../packages/console/src/forms/forms.gen.ts'
import { wholeFacts } from '../../packages/server/test/support/whole-facts.ts'

const FACTS = FORMS.ProductFacts

test('facts go through the form as they were, with rows, lists, answers and names that hold a point', () => {
  const facts = wholeFacts()
  assert.deepEqual(requestOf(FACTS, draftOf(FACTS, { ...facts })), facts)
})

test('what the form does not know of stays', () => {
  const base = { learnedLater: { one: 1 }, name: 'Old' }
  assert.deepEqual(requestOf(FACTS, { name: 'New' }, { base }), {
    ...{ learnedLater: { one: 1 }, name: 'New' },
  })
})

test('a field that is emptied is gone, and its group with it', () => {
  const base = { supportPeriod: { starts: '2026-08-21' }, name: 'A' }
  assert.deepEqual(requestOf(FACTS, { name: 'A', 'supportPeriod/starts': '  ' }, { base }), {
    name: 'A',
  })
})

test('an act is sent with the fields of its own kind', () => {
  const typed = { type: 'noted', text: 'Called them', reason: 'left over from another kind' }
  assert.deepEqual(requestOf(FORMS.CaseAct, typed), { type: 'noted', text: 'Called them' })
})

test('a change that is a patch says that a list is empty now', () => {
  assert.deepEqual(requestOf(FORMS.RiskChange, { asset: 'firmware' }, { emptyLists: true }), {
    ...{ asset: 'firmware', evidence: [], tests: [] },
  })
})

test('times are sent as seconds of the moment that was typed in the viewer’s zone', () => {
  const awareAt = Date.UTC(2026, 10, 21, 9, 15, 7) / 1000
  const draft = draftOf(FORMS.CaseAct, { type: 'awarenessSet', awareAt, evidence: 'A call' })
  assert.equal(requestOf(FORMS.CaseAct, draft).awareAt, awareAt)
})

test('a row that is taken out leaves the others', () => {
  const draft = { 'openPoints/0/what': 'first', 'openPoints/1/what': 'second' }
  assert.deepEqual(rowNumbers('openPoints', draft), [0, 1])
  assert.deepEqual(
    requestOf(FORMS.RequirementAnswer, withoutRow('openPoints', 0, draft)).openPoints,
    [{ what: 'second' }],
  )
})

test('two editors: what one did not touch is what the other saved', () => {
  const before = { name: 'Old', users: 'owners' }
  const draft = rebased(
    before,
    { name: 'Mine', users: 'owners' },
    { name: 'Theirs', users: 'all', pictures: 'https://a.example' },
  )
  assert.deepEqual(draft, { name: 'Mine', users: 'all', pictures: 'https://a.example' })
  assert.deepEqual(differences(draft, { ...draft, name: 'Theirs' }), ['name'])
})
