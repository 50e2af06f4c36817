import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Release } from '../../../api/operator-api.gen.ts'
import { linesOf, stateOf } from './lines.ts'

const release = (version: string, kind: Release['kind'] = 'security') =>
  ({ version, kind, line: version.split('.', 2).join('.') }) as Release

test('lines stand by number and not by letter, each with its newest release first', () => {
  const lines = linesOf([
    ...[release('1.9.0'), release('1.10.1'), release('1.10.0', 'functionality')],
    ...[release('1.10.12'), release('1.10.2', 'combined')],
  ])
  assert.deepEqual(
    lines.map(({ name, security, functionality }) => [
      name,
      security.map(({ version }) => version),
      functionality.map(({ version }) => version),
    ]),
    [
      ['1.10', ['1.10.12', '1.10.2', '1.10.1'], ['1.10.0']],
      ['1.9', ['1.9.0'], []],
    ],
  )
})

test('a release that was withdrawn is that, whether the metadata still lists it or not', () => {
  assert.equal(stateOf({ publishedAt: 1, withdrawnAt: 2, listed: true }), 'withdrawn')
  assert.equal(stateOf({ publishedAt: 1, listed: false }), 'unlisted')
  assert.equal(stateOf({ publishedAt: 1, listed: true }), 'published')
  assert.equal(stateOf({ listed: false }), 'waiting')
})
