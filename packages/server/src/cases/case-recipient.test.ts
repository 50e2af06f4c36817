/** Whose coordinator a case goes to, by facts, devices and what was submitted before. CRA P-004 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as core from '@fleetward/vulnerability'
import type { KeptEvent } from './case-file.ts'
import { recipientOfCase } from './case-recipient.ts'

const nobody = {
  ...({ decisionsTakenIn: 'none', mostEmployeesIn: 'none', representativeIn: 'none' } as const),
  ...({ importerIn: 'none', distributorIn: 'none' } as const),
}
const to = (
  countries: Readonly<Record<string, number>>,
  events: readonly KeptEvent[] = [],
  establishments: Parameters<typeof recipientOfCase>[1]['establishments'] = nobody,
) => {
  const found = recipientOfCase(
    core,
    { establishments },
    new Map(Object.entries(countries)),
    events,
  )
  return found.state === 'known' ? found.csirtOf : found.state
}

test('without an establishment it is where most devices are, of Member States alone', () => {
  assert.equal(to({ DE: 3, FR: 5, US: 90, GB: 20 }), 'FR')
  assert.equal(to({ el: 2, DE: 1 }), 'GR', 'as the Union writes Greece')
  assert.equal(to({ SE: 2, DE: 2 }), 'DE', 'the same every time where there are as many')
})

test('where no device is known in the Union the question stays open, and is not none', () => {
  assert.equal(to({}), 'open')
  assert.equal(to({ US: 90, DE: 0 }), 'open')
})

test('an establishment goes before devices', () => {
  assert.equal(to({ FR: 5 }, [], { ...nobody, importerIn: 'PL' }), 'PL')
  assert.equal(to({ FR: 5 }, [], {}), 'open')
})

test('who was notified first stays, wherever most devices are by then', () => {
  const sheet = { catalogue: 'c', values: {}, given: [], text: '', coordinatorOf: 'DE' as const }
  const submitted: KeptEvent = {
    ...{ position: 1, at: 1, recordedAt: 1, by: 'acc-1', name: 'Ada' },
    fact: { type: 'submitted', stage: 'earlyWarning', submittedAt: 1, reference: 'S', sheet },
  }
  assert.equal(to({ FR: 5 }, [submitted]), 'DE')
  assert.equal(to({ FR: 5 }, [submitted], { ...nobody, importerIn: 'PL' }), 'PL')
})
