import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressOf } from './dossier.ts'

test('before it is known how many files there will be, nobody reads a question mark', () => {
  assert.equal(progressOf({ filesDone: 0, filesInAll: 0 }), 'collecting what belongs into it')
  assert.equal(progressOf({ filesDone: 3, filesInAll: 9 }), '3 of 9 files written')
})
