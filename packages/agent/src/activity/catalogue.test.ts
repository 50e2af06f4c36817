/** CRA P-073, P-096: what the agent records is what the catalogue and the page for the owner say it records. */
import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { REFUSED } from '@fleetward/shared'
import { CATALOGUE } from './catalogue.ts'

const SOURCE = join(import.meta.dirname, '..')
const PAGE = join(SOURCE, '../../../docs/activity-log.md')

/** `event: 'x'` beside its class, the log's own words, and the names that are put together. */
async function recorded(): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>()
  for await (const name of glob('**/*.ts', { cwd: SOURCE })) {
    if (name.endsWith('.test.ts') || name === 'activity/catalogue.ts') continue
    const text = await readFile(join(SOURCE, name), 'utf8')
    for (const [, entryClass, event = ''] of text.matchAll(
      /class: '([a-z]+)',\s*event: '([a-z-]+)'/g,
    )) {
      found.set(event, entryClass)
    }
    if (!name.startsWith('activity/file-')) continue
    for (const [, event = ''] of text.matchAll(/#keepOfLog\('([a-z-]+)'/g)) found.set(event, 'log')
    for (const [, off = '', on = ''] of text.matchAll(/\? '(logging-\w+)' : '(logging-\w+)'/g)) {
      for (const event of [off, on]) found.set(event, 'log')
    }
  }
  for (const what of REFUSED) found.set(`${what}-refused`, 'security')
  const changes = await readFile(join(SOURCE, 'core/state-change.ts'), 'utf8')
  for (const [, event = ''] of changes.matchAll(/'(update-[a-z-]+)'/g)) found.set(event, 'update')
  const doorkeeper = await readFile(join(SOURCE, 'page/doorkeeper.ts'), 'utf8')
  for (const [, event = ''] of doorkeeper.matchAll(/\bentry\('([a-z-]+)'/g)) {
    found.set(event, 'access')
  }
  const reset = await readFile(join(SOURCE, 'reset/reset-effects.ts'), 'utf8')
  assert.match(reset, /`reset-\$\{level\}`/)
  for (const event of ['owners-data-erased', 'reset-settings', 'reset-factory']) {
    found.set(event, 'data')
  }
  const integrity = await readFile(join(SOURCE, 'integrity/integrity-watch.ts'), 'utf8')
  for (const [, event = ''] of integrity.matchAll(/event: '([a-z]+-corrupt)',/g)) {
    found.set(event, 'security')
  }
  return found
}

test('CRA P-073: every event that is recorded is in the catalogue under its class, and the other way round', async () => {
  const classes = Object.entries(CATALOGUE).map(([name, { class: of }]) => [name, of] as const)
  const sorted = (pairs: Iterable<readonly [string, unknown]>) =>
    [...pairs].toSorted(([a], [b]) => (a < b ? -1 : 1))
  assert.deepEqual(sorted(await recorded()), sorted(classes))
})

test('CRA P-073: the table of docs/activity-log.md is the catalogue', async () => {
  const page = await readFile(PAGE, 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\w+) \| (\w+) \| (.+) \| (yes|no) \|$/gm)]
  assert.deepEqual(
    rows.map(([, name, of, level, why, personal]) => [name, of, level, why, personal === 'yes']),
    Object.entries(CATALOGUE).map(([name, { class: of, level, why, personal }]) => [
      ...[name, of, level, why, personal],
    ]),
  )
})

test('every event has a name that fits a syslog message', () => {
  for (const name of Object.keys(CATALOGUE)) assert.match(name, /^[a-z][a-z0-9-]{0,31}$/)
})
