/** Whoever subscribes reads docs/operating/webhooks.md: what is not there nobody would expect. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { permissionFor, TYPE_PATTERN } from '../../src/events/who-hears.ts'

const source = join(import.meta.dirname, '../../src')
const page = readFileSync(
  join(import.meta.dirname, '../../../../docs/operating/webhooks.md'),
  'utf8',
)
const rows = page.slice(page.indexOf('| type |'), page.indexOf('## Webhooks'))
const documented = new Set([...rows.matchAll(/`([a-z-]+\.[A-Za-z-]+)`/g)].map(([, type]) => type))

/** Types as they are written in the code; those put together from parts are not found so. */
const told = new Set(
  globSync('**/*.ts', { cwd: source })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(join(source, file), 'utf8').matchAll(/\btype: '([a-z-]+\.[A-Za-z-]+)'/g),
    ])
    .map(([, type = '']) => type),
)

test('every event that the code tells is on the page, and can be subscribed to', () => {
  assert.ok(told.size > 10)
  assert.deepEqual(
    [...told].filter((type) => !documented.has(type)),
    [],
  )
  for (const type of documented) assert.match(type ?? '', TYPE_PATTERN)
})

test('every event on the page belongs to a family that somebody but an auditor may hear of, or to security', () => {
  const unheard = [...documented].filter(
    (type = '') => permissionFor(type) === 'audit.read' && !type.startsWith('security.'),
  )
  assert.deepEqual(unheard, [])
})
