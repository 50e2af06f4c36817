/** Who may approve, as a table: four eyes, whatever way the first pair came. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Actor, SERVER_ACTOR } from '../accounts/actor.ts'
import {
  type Approval,
  type ApprovalRefusal,
  approve,
  emergencyBy,
  isApproved,
  MACHINE,
  NO_APPROVAL,
  NOTHING_APPROVED,
  seen,
  voided,
  withAuthor,
} from './approval.ts'

const NOW = 1_790_000_000
const RULE = { count: 2, roles: ['releaseManager', 'securityOfficer'] } as const

const person = (id: string, via: Actor['via'] = 'session'): Actor => ({
  ...{ kind: 'person', id, name: id, person: id, via, address: '127.0.0.1' },
})
const serviceOf = (owner: string): Actor => ({
  ...{ kind: 'service', id: 'ci', name: 'CI', person: owner, via: 'token', address: undefined },
})
const machine: Actor = {
  ...{ kind: 'service', id: 'machine', name: "the machine's token", person: undefined },
  ...{ via: 'machine', address: undefined },
}

const given = (...persons: string[]): Approval => ({
  given: persons.map((id) => ({ person: id, name: id, role: 'releaseManager', at: NOW })),
})

const table: [
  what: string,
  authors: readonly string[],
  before: Approval,
  by: Actor,
  expected: 'approves' | ApprovalRefusal,
][] = [
  ['somebody else approves', ['anna'], NOTHING_APPROVED, person('ben'), 'approves'],
  ['so does a third person', ['anna'], given('ben'), person('cem'), 'approves'],
  [
    'also with a token of their own',
    ['anna'],
    NOTHING_APPROVED,
    person('ben', 'token'),
    'approves',
  ],
  [
    'the author does not approve what they created (hawkBit: the creator approves)',
    ['anna'],
    NOTHING_APPROVED,
    person('anna'),
    'APPROVAL_BY_AUTHOR',
  ],
  [
    'nor with a token of theirs',
    ['anna'],
    NOTHING_APPROVED,
    person('anna', 'token'),
    'APPROVAL_BY_AUTHOR',
  ],
  [
    'nor by a service account that they answer for',
    ['anna'],
    NOTHING_APPROVED,
    serviceOf('anna'),
    'APPROVAL_BY_AUTHOR',
  ],
  [
    'nor who only changed it',
    ['anna', 'ben'],
    NOTHING_APPROVED,
    person('ben'),
    'APPROVAL_BY_AUTHOR',
  ],
  [
    'the machine’s token never approves',
    ['anna'],
    NOTHING_APPROVED,
    machine,
    'APPROVER_NOT_A_PERSON',
  ],
  ['one person counts once', ['anna'], given('ben'), person('ben'), 'APPROVED_ALREADY'],
  [
    'and not a second time by a service account',
    ['anna'],
    given('ben'),
    serviceOf('ben'),
    'APPROVED_ALREADY',
  ],
]

describe('who approves a rollout', () => {
  for (const [what, authors, approval, by, expected] of table) {
    test(what, () => {
      const after = approve({ approval, authors }, RULE, by, ['releaseManager'], NOW)
      if (expected !== 'approves') return assert.equal(after, expected)
      assert.ok(typeof after === 'object')
      assert.equal(after.given.at(-1)?.person, by.person)
      assert.equal(after.given.length, approval.given.length + 1)
    })
  }

  test('who has none of the roles that the product asks for does not', () => {
    const thing = { approval: NOTHING_APPROVED, authors: [] }
    const after = approve(thing, RULE, person('ben'), ['viewer', 'administrator'], NOW)
    assert.equal(after, 'APPROVER_ROLE_WRONG')
  })
})

describe('whether it is approved', () => {
  const approved = (approval: Approval, authors: readonly string[] = ['anna']) =>
    isApproved({ approval, authors }, RULE)

  test('two of the rule’s roles are needed', () => {
    assert.equal(approved(NOTHING_APPROVED), false)
    assert.equal(approved(given('ben')), false)
    assert.equal(approved(given('ben', 'cem')), true)
  })

  test('what was made with the machine’s token takes one more: one of them may have made it', () => {
    assert.equal(approved(given('ben', 'cem'), [MACHINE]), false)
    assert.equal(approved(given('ben', 'cem', 'dora'), [MACHINE]), true)
  })

  test('an approver who has changed it since counts no more', () => {
    assert.equal(approved(given('ben', 'cem'), ['anna', 'cem']), false)
  })

  test('a role that the rule no longer asks for counts no more', () => {
    const rule = { count: 2, roles: ['securityOfficer'] } as const
    const thing = { approval: given('ben', 'cem'), authors: ['anna'] }
    assert.equal(isApproved(thing, rule), false)
  })

  test('a change after the approval voids it', () => {
    assert.equal(approved(voided(given('ben', 'cem'))), false)
  })

  test('a product without a rule needs nobody', () => {
    assert.equal(isApproved({ approval: NOTHING_APPROVED, authors: [] }, NO_APPROVAL), true)
  })
})

test('a person becomes an author by whatever way, and so does whoever holds the machine’s token; the server does not', () => {
  assert.deepEqual(withAuthor([], serviceOf('anna')), ['anna'])
  assert.deepEqual(withAuthor(['anna'], person('anna', 'token')), ['anna'])
  assert.deepEqual(withAuthor(['anna'], machine), ['anna', MACHINE])
  assert.deepEqual(withAuthor(['anna'], SERVER_ACTOR), ['anna'])
})

describe('an emergency', () => {
  const emergency = emergencyBy(person('anna'), 'exploited in the wild', NOW)
  assert.ok(typeof emergency === 'object')
  const thing = { approval: { given: [], emergency }, authors: ['anna', 'dora'] }

  test('is a person’s word', () => {
    assert.equal(emergencyBy(machine, 'why', NOW), 'APPROVER_NOT_A_PERSON')
  })

  test('is open until a second person has looked', () => {
    assert.equal(seen(thing, person('anna'), NOW), 'APPROVAL_BY_AUTHOR')
    assert.equal(seen(thing, serviceOf('anna'), NOW), 'APPROVAL_BY_AUTHOR')
    assert.equal(seen(thing, person('dora'), NOW), 'APPROVAL_BY_AUTHOR')
    assert.equal(seen(thing, machine, NOW), 'APPROVER_NOT_A_PERSON')
    const after = seen(thing, person('ben'), NOW + 1)
    assert.ok(typeof after === 'object')
    assert.deepEqual(after.emergency?.seenBy, { person: 'ben', name: 'ben', at: NOW + 1 })
    assert.equal(seen({ ...thing, approval: after }, person('cem'), NOW + 2), after)
  })

  test('stays recorded when the rollout is changed, and is to be looked at again', () => {
    const looked = { ...emergency, seenBy: { person: 'ben', name: 'ben', at: NOW } }
    assert.deepEqual(voided({ ...given('ben'), emergency: looked }), { given: [], emergency })
  })
})
