import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  isPermission,
  PERMISSIONS,
  PERSONS_ALONE,
  permissionsOf,
  ROLES,
  type Role,
} from './permission.ts'
import {
  concerns,
  EVERYWHERE,
  mayAnywhere,
  mayIn,
  narrowed,
  productsWith,
  rightsOf,
  without,
} from './rights.ts'

const RED = 'lumen-red'
const BLUE = 'lumen-blue'

test('rights of several roles never merge upwards: what two products permit singly, all of them do not (CVE-2026-33552)', () => {
  for (const one of ROLES) {
    for (const other of ROLES) {
      const rights = rightsOf([
        { role: one, product: RED },
        { role: other, product: BLUE },
      ])
      for (const permission of PERMISSIONS) {
        assert.equal(mayIn(rights, permission, EVERYWHERE), false)
        assert.equal(mayIn(rights, permission, 'lumen-green'), false)
        assert.equal(mayIn(rights, permission, RED), permissionsOf(one).includes(permission))
        assert.equal(mayIn(rights, permission, BLUE), permissionsOf(other).includes(permission))
      }
    }
  }
})

test('a role in one product says nothing of another (CVE-2026-28806)', () => {
  const rights = rightsOf([{ role: 'administrator', product: RED }])
  assert.equal(mayIn(rights, 'device.read', RED), true)
  assert.equal(mayIn(rights, 'device.read', BLUE), false)
  assert.equal(concerns(rights, BLUE), false)
  assert.equal(mayIn(rights, 'server.manage', EVERYWHERE), false)
  assert.equal(mayAnywhere(rights, 'account.manage'), true)
  assert.deepEqual(productsWith(rights, 'device.read'), [RED])
})

test('two roles in one product permit what either does', () => {
  const rights = rightsOf([
    { role: 'operator', product: RED },
    { role: 'auditor', product: RED },
  ])
  assert.equal(mayIn(rights, 'device.command', RED), true)
  assert.equal(mayIn(rights, 'audit.read', RED), true)
  assert.equal(mayIn(rights, 'release.publish', RED), false)
})

test('a narrowed right is never more than its owner has, nor more than its scopes', () => {
  const owner = rightsOf([
    { role: 'viewer', product: EVERYWHERE },
    { role: 'operator', product: RED },
  ])
  const scopes = ['device.read', 'device.command', 'release.publish'] as const
  const inRed = narrowed(owner, { scopes, product: RED })
  assert.equal(mayIn(inRed, 'device.command', RED), true)
  assert.equal(mayIn(inRed, 'device.read', BLUE), false)
  assert.equal(mayIn(inRed, 'release.publish', RED), false)
  assert.equal(mayIn(inRed, 'rollout.control', RED), false)
  const everywhere = narrowed(owner, { scopes, product: EVERYWHERE })
  assert.equal(mayIn(everywhere, 'device.read', BLUE), true)
  assert.equal(mayIn(everywhere, 'device.command', BLUE), false)
  assert.equal(mayIn(everywhere, 'device.command', RED), true)
  const foreign = narrowed(rightsOf([{ role: 'administrator', product: RED }]), {
    ...{ scopes, product: BLUE },
  })
  assert.equal(concerns(foreign, BLUE), false)
})

test('what is taken away is gone in every product', () => {
  const rights = without(
    rightsOf([
      { role: 'administrator', product: EVERYWHERE },
      { role: 'releaseManager', product: RED },
    ]),
    PERSONS_ALONE,
  )
  assert.equal(mayIn(rights, 'rollout.approve', RED), false)
  assert.equal(mayAnywhere(rights, 'rollout.emergency'), false)
  assert.equal(mayIn(rights, 'rollout.plan', RED), true)
})

test('an administrator has every permission, a viewer changes nothing but their own tokens and sessions', () => {
  assert.deepEqual(permissionsOf('administrator'), PERMISSIONS)
  const changing = permissionsOf('viewer').filter((permission) => !permission.endsWith('.read'))
  assert.deepEqual(changing, ['token.own', 'session.own'])
  assert.equal(isPermission('constructor'), false)
})

test('every role can do something that viewers cannot', () => {
  const beyond = (role: Role) => permissionsOf(role).length > permissionsOf('viewer').length
  assert.deepEqual(ROLES.filter(beyond), ROLES.slice(1))
})
