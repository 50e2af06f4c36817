import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PERMISSIONS, permissionsOf, ROLES } from '../../src/accounts/permission.ts'

test('docs/accounts.md shows exactly what each role permits', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/accounts.md'), 'utf8')
  const section = page.split('## Roles\n')[1]?.split('\n\n')[0]
  const rows = PERMISSIONS.map((permission) => {
    const cells = ROLES.map((role) => (permissionsOf(role).includes(permission) ? 'yes' : '–'))
    return `| \`${permission}\` | ${cells.join(' | ')} |`
  })
  const head = `| permission | ${ROLES.join(' | ')} |\n|${'---|'.repeat(ROLES.length + 1)}`
  assert.equal(section, [head, ...rows].join('\n'))
})
