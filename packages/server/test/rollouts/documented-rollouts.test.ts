/** docs/rollouts.md and the engine name the same states, columns and rules. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { RULES } from '../../src/rollouts/engine/explain/explain-rollout.ts'
import { COLUMNS, COUNTING } from '../../src/rollouts/engine/progress.ts'
import { ROLLOUT_STATES } from '../../src/rollouts/engine/rollout-state.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/rollouts.md'), 'utf8')

/** The words in the cells of a table's first column; `marked` looks at the last one. */
function firstColumn(heading: string, marked: (last: string) => boolean = () => true): Set<string> {
  const table = PAGE.slice(PAGE.indexOf(`| ${heading} |`)).split('\n\n')[0] ?? ''
  const rows = table.split('\n').slice(2)
  const cells = rows.map((row) => row.split('|').slice(1, -1))
  const chosen = cells.filter((row) => marked(row.at(-1)?.trim() ?? ''))
  return new Set(
    chosen.flatMap((row) => [...(row[0] ?? '').matchAll(/`(\w+)`/g)].map(([, word = '']) => word)),
  )
}

for (const [heading, words] of [
  ['state', ROLLOUT_STATES],
  ['column', COLUMNS],
  ['rule of a rollout', RULES],
] as const) {
  test(`docs/rollouts.md has each ${heading}, and no other`, () => {
    assert.deepEqual([...firstColumn(heading)].toSorted(), [...words].toSorted())
  })
}

test('docs/rollouts.md says of the columns that count that they do', () => {
  const counting = firstColumn('column', (last) => last.startsWith('yes'))
  assert.deepEqual([...counting].toSorted(), [...COUNTING].toSorted())
})
