import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ACCEPT_VULNERABLE_NODE,
  knownHoles,
  RuntimeRefusedError,
  requireRuntime,
} from './runtime.ts'

const VULNERABLE = 'v26.10.0'

test('versions with the fix are told from those without', () => {
  for (const version of ['v26.12.1', 'v26.13.0', 'v24.22.1', 'v22.23.4', 'v22.24.0', 'v27.0.0']) {
    assert.deepEqual(knownHoles(version), [], version)
  }
  for (const version of [
    'v26.12.0',
    VULNERABLE,
    'v25.99.0',
    'v24.21.0',
    'v24.22.0',
    'v22.23.3',
    'v20.20.2',
    'v26.12.1-rc.1',
    'v27.0.0-nightly',
    'unknown',
    '',
  ]) {
    assert.ok(knownHoles(version).includes('CVE-2026-111497'), version)
  }
})

test('outside production a vulnerable Node.js is named and used', () => {
  const [line = ''] = requireRuntime({ production: false }, VULNERABLE)
  assert.match(line, /CVE-2026-111497/)
  assert.match(line, /26\.12\.1/)
})

test('production refuses a vulnerable Node.js unless it is accepted word for word', () => {
  const start = (acceptVulnerableNode?: string) =>
    requireRuntime({ production: true, acceptVulnerableNode }, VULNERABLE)
  const almost = [undefined, '', 'true', 'yes', ACCEPT_VULNERABLE_NODE.toLowerCase()]
  for (const answer of [...almost, `${ACCEPT_VULNERABLE_NODE}.`]) {
    assert.throws(() => start(answer), RuntimeRefusedError)
  }
  assert.throws(start, (error) => String(error).includes(ACCEPT_VULNERABLE_NODE))
  assert.equal(start(ACCEPT_VULNERABLE_NODE).length, 1)
  assert.equal(ACCEPT_VULNERABLE_NODE, 'I accept the known vulnerabilities of this Node.js version')
})

test('a fixed Node.js is nothing to talk about', () => {
  assert.deepEqual(requireRuntime({ production: true }, 'v26.12.1'), [])
})
