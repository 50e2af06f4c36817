import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountGrant } from '../../accounts/account.ts'
import type { Role } from '../../accounts/permission.ts'
import { type GrantChanges, grantChanges } from './company-roles.ts'

const company = {
  id: 'lumen',
  roles: [
    { group: 'fleet', role: 'operator', product: 'red' },
    { group: 'it', role: 'operator', product: 'red' },
    { group: 'it', role: 'administrator', product: '*' },
  ] as const,
}
const has = (role: Role, product: string, grantedBy: string): AccountGrant => ({
  ...{ account: 'acc-1', role, product, grantedAt: 0, grantedBy },
})
const operator = { role: 'operator', product: 'red' } as const
const administrator = { role: 'administrator', product: '*' } as const

const judged: [what: string, groups: string[], current: AccountGrant[], changes: GrantChanges][] = [
  ['no group', ['guests'], [], { give: [], take: [] }],
  ['a group', ['fleet'], [], { give: [operator], take: [] }],
  [
    'two groups that bring the same',
    ['fleet', 'it'],
    [],
    { give: [operator, administrator], take: [] },
  ],
  [
    'what is there already',
    ['fleet'],
    [has('operator', 'red', 'company/lumen')],
    { give: [], take: [] },
  ],
  ['left the group', [], [has('operator', 'red', 'company/lumen')], { give: [], take: [operator] }],
  [
    'left one of two groups',
    ['fleet'],
    [has('operator', 'red', 'company/lumen'), has('administrator', '*', 'company/lumen')],
    { give: [], take: [administrator] },
  ],
  ['granted by hand', [], [has('operator', 'red', 'acc-2')], { give: [], take: [] }],
  [
    'granted by another company',
    [],
    [has('operator', 'red', 'company/other')],
    { give: [], take: [] },
  ],
  ['a group that only begins alike', ['fleet-guests', 'FLEET'], [], { give: [], take: [] }],
]
for (const [what, groups, current, changes] of judged) {
  test(`${what}: gives ${changes.give.length}, takes ${changes.take.length}`, () => {
    assert.deepEqual(
      grantChanges({ ...company, roles: [...company.roles] }, groups, current),
      changes,
    )
  })
}
