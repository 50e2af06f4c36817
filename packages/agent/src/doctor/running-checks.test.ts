/** What a running agent says of itself: every check well, and every check spoilt. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Level } from './check.ts'
import { type Running, runningChecks } from './running-checks.ts'

const NOW = 1_790_000_000
const DAY = 86_400
const WELL: Running = {
  integrity: { state: 'ok', checkedAt: NOW },
  ...{ line: 'mqtt', lastServerContact: NOW, now: NOW },
  ...{ remoteManagement: false, pageLocalNetwork: false },
}

const CASES: readonly [id: string, level: Level, changed: Partial<Running>][] = [
  ['files-unaltered', 'wrong', { integrity: { state: 'corrupt', damaged: ['main.sh'] } }],
  ['files-unaltered', 'note', { integrity: { state: 'unknown' } }],
  ['server-in-contact', 'note', { line: 'offline', lastServerContact: undefined }],
  ['server-in-contact', 'note', { line: 'offline', lastServerContact: NOW - 30 * DAY }],
  ['server-in-contact', 'warning', { line: 'offline', lastServerContact: NOW - 30 * DAY - 1 }],
  ['remote-management-off', 'note', { remoteManagement: true }],
  ['page-on-this-machine', 'note', { pageLocalNetwork: true }],
]

const levelsOf = (running: Running) =>
  Object.fromEntries(runningChecks.map(({ id, look }) => [id, look(running).level]))

test('nothing is wrong with an agent that is well', () => {
  assert.deepEqual(new Set(Object.values(levelsOf(WELL))), new Set(['ok']))
})

for (const [id, level, changed] of CASES) {
  test(`${id} is ${level} with ${JSON.stringify(changed)}, and nothing else is`, () => {
    const { [id]: spoilt, ...others } = levelsOf({ ...WELL, ...changed })
    assert.equal(spoilt, level)
    assert.deepEqual(new Set(Object.values(others)), new Set(['ok']))
  })
}

test('of many damaged files it names a few and says how many more', () => {
  const damaged = Array.from({ length: 1000 }, (_, index) => `file-${index}`)
  const [files] = runningChecks
  const { seen = '' } = files?.look({ ...WELL, integrity: { state: 'corrupt', damaged } }) ?? {}
  assert.ok(seen.length < 200 && seen.includes('995'), seen)
})

test('every check has a case', () => {
  assert.deepEqual(new Set(CASES.map(([id]) => id)), new Set(runningChecks.map(({ id }) => id)))
})
