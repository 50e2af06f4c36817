import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Statement } from '@fleetward/vulnerability'
import { statementsByName } from './statements-by-name.ts'

const said = (id: string, vulnerability: string, change: Partial<Statement> = {}): Statement => ({
  ...{ id, revision: 1, vulnerability, aliases: [], products: ['pkg:generic/lumen'] },
  ...{ components: [], verdict: { status: 'under_investigation' }, at: 1, note: undefined },
  ...{ by: { kind: 'person', name: 'Ada' }, ...change },
})

test('of a hole stands all that was said under any of its names, and what was said of it later under another', () => {
  const one = said('st-1', 'CVE-2026-1', { aliases: ['GHSA-1'] })
  const under = said('st-2', 'GHSA-1')
  const turned = said('st-3', 'CVE-2026-1')
  const away = said('st-3', 'CVE-2026-9', { revision: 2 })
  const find = statementsByName([one, under, turned, away, said('st-4', 'CVE-2026-2')])
  assert.deepEqual(find(['CVE-2026-1', 'GHSA-1']), [one, turned, away, under])
  assert.deepEqual(find(['CVE-2026-3']), [])
})
