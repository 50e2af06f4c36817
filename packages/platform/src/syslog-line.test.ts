import assert from 'node:assert/strict'
import { test } from 'node:test'
import { octetCounted } from './syslog-line.ts'

test('octet counting counts bytes, not characters', () => {
  assert.equal(octetCounted('aä'), '3 aä')
})
