/** CRA P-073, P-096: what the agent records is what the catalogue and the page for the owner say it records. */
import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { REFUSED } from '@fleetward/shared'
import { CATALOGUE } from './catalogue.ts'

const SOURCE = join(import.meta.dirname, '..')
const PAGE = join(SOURCE, '../../../docs/activity-log.md')

/** Everything but the catalogue itself and tests. */
async function sources(): Promise<string[]> {
  const names = await Array.fromAsync(glob('**/*.ts', { cwd: SOURCE }))
  const code = names.filter(
    (name) => !name.endsWith('.test.ts') && name !== 'activity/catalogue.ts',
  )
  return Promise.all(code.map((name) => readFile(join(SOURCE, name), 'utf8')))
}

// That nothing is recorded which is not in the catalogue, the compiler sees to: see ActivityEvent.
test('CRA P-073: every event of the catalogue is recorded somewhere', async () => {
  const text = (await sources()).join('\n')
  const composed = new Set<string>(REFUSED.map((what) => `${what}-refused`))
  const unused = Object.keys(CATALOGUE).filter(
    (name) => !composed.has(name) && !text.includes(`'${name}'`),
  )
  assert.deepEqual(unused, [])
})

test('CRA P-096: events are recorded in the class that the catalogue says', async () => {
  const text = (await sources()).join('\n')
  const pairs = [...text.matchAll(/class: '([a-z]+)',\s*event: '([a-z-]+)'/g)]
  assert.ok(pairs.length > 15)
  for (const [, of, name = ''] of pairs) {
    assert.equal((CATALOGUE as Record<string, { class: string }>)[name]?.class, of, name)
  }
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
