/** CRA P-047: the table in docs/secure-defaults.md is what devices do. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { factorySettingsFrom, SECURE_DEFAULTS } from './factory-settings.ts'

const page = new URL('../../../../docs/secure-defaults.md', import.meta.url)
const rows = [...(await readFile(page, 'utf8')).matchAll(/^\| `([\w.]+)` \| `([^`]+)` \|/gm)]

/** `page.localNetwork` for a part of a section. */
function flat(value: object, path = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([name, part]): [string, unknown][] =>
    typeof part === 'object' && !Array.isArray(part)
      ? flat(part as object, `${path}${name}.`)
      : [[`${path}${name}`, part]],
  )
}

test('every secure default stands in the table of the documentation, and nothing else does', () => {
  const listed = rows.map(([, name = '', value = '']) => [name, JSON.parse(value)])
  assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(flat(SECURE_DEFAULTS)))
  assert.equal(listed.length, flat(SECURE_DEFAULTS).length)
})

for (const [name, value] of flat(SECURE_DEFAULTS)) {
  test(`factory settings that leave out ${name} mean ${JSON.stringify(value)}`, () => {
    const [section = '', part] = name.split('.')
    const given = part === undefined ? {} : { [section]: {} }
    assert.deepEqual(Object.fromEntries(flat(factorySettingsFrom(given)))[name], value)
  })
}
