import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const source = join(import.meta.dirname, '../../src')
const REFUSAL = /(?:HttpError|problem)\(\s*(?<status>\d{3}),\s*'(?<code>[A-Z_]+)'/g

test('every code that the server answers stands in protocol §13.2 with its status, and no other', () => {
  const answered = new Set<string>()
  for (const file of globSync('**/*.ts', { cwd: source })) {
    for (const { groups } of readFileSync(join(source, file), 'utf8').matchAll(REFUSAL)) {
      answered.add(`${groups?.code} ${groups?.status}`)
    }
  }
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/protocol.md'), 'utf8')
  const section = page.split('### 13.2')[1] ?? ''
  const rows = section.matchAll(/^\| `(?<code>[A-Z_]+)` \| (?<status>\d{3}) \|/gm)
  const documented = [...rows].map(({ groups }) => `${groups?.code} ${groups?.status}`)
  assert.deepEqual(documented.toSorted(), [...answered].toSorted())
})
