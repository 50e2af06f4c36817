import assert from 'node:assert/strict'
import { test } from 'node:test'
import { archOf, ReleaseRefusedError, requireReleasable, versionOf } from './release-guard.ts'

test('nothing is released on a Node.js with known holes, and the refusal says what to do', () => {
  for (const version of [
    'v26.10.0',
    'v26.12.0',
    'v24.22.0',
    'v22.23.3',
    'v25.9.0',
    'v27.0.0-rc.1',
  ]) {
    assert.throws(
      () => requireReleasable(version),
      (error) => error instanceof ReleaseRefusedError && /--node/.test(error.message),
      version,
    )
  }
})

test('a patched Node.js is released', () => {
  for (const version of ['v26.12.1', 'v26.13.0', 'v24.22.1', 'v22.23.4']) requireReleasable(version)
})

test('version and architecture are those of the program that is shipped', () => {
  assert.equal(versionOf(process.execPath), process.version)
  assert.equal(archOf(process.execPath), process.arch)
  // A file that is no program of this machine.
  assert.throws(() => versionOf(import.meta.filename), /architecture/)
})
