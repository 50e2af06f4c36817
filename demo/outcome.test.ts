import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEVICES } from './devices.ts'
import { cameOutRight, outcomeOf } from './outcome.ts'

const good = DEVICES.map((id) => ({ id, version: '1.4.3', state: 'idle' }))

test('the story came out right when all devices run the fix and all rolled the bad release back', () => {
  const outcome = outcomeOf(good, { release: '1.5.1', devices: 3 }, 41.23)
  assert.equal(cameOutRight(outcome, '1.4.3'), true)
  assert.equal(outcome.seconds, 41.2)
})

for (const [what, views, rolledBack] of [
  ['a device is missing', good.slice(1), 3],
  [
    'a device runs another version',
    good.map((view, i) => (i === 0 ? { ...view, version: '1.5.1' } : view)),
    3,
  ],
  [
    'a device is still busy',
    good.map((view, i) => (i === 0 ? { ...view, state: 'trial' } : view)),
    3,
  ],
  ['a device never tried the bad release', good, 2],
] as const) {
  test(`the story did not come out right when ${what}`, () => {
    const outcome = outcomeOf(views, { release: '1.5.1', devices: rolledBack }, 1)
    assert.equal(cameOutRight(outcome, '1.4.3'), false)
  })
}
