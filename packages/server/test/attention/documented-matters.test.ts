/** The page names every kind of matter, in the order in which they come, with the permission that it needs. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SOURCES } from '../../src/attention/sources/list.ts'

const PAGE = join(import.meta.dirname, '../../../../docs/attention.md')

test('docs/attention.md has a row for each kind, and no other', async () => {
  const page = await readFile(PAGE, 'utf8')
  const kinds = page.slice(page.indexOf('## The kinds'))
  const rows = [...kinds.matchAll(/^\| `(\w+)` \| `([\w.]+)` \|/gm)]
  const written = rows.map(([, kind, needs]) => `${kind} ${needs}`)
  const made = SOURCES.flatMap(({ kinds: of, needs }) => of.map((kind) => `${kind} ${needs}`))
  assert.deepEqual(written, made)
})
