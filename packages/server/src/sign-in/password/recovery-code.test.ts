import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRecoveryCodes, recoveryDigest } from './recovery-code.ts'

test('there are ten codes of eighty bits, all different', () => {
  const codes = newRecoveryCodes()
  assert.equal(new Set(codes).size, 10)
  for (const code of codes) assert.match(code, /^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
})

test('a code is the same however it is typed', () => {
  const digest = recoveryDigest('ABIO-EFGH-IJKL-MNOP')
  assert.match(digest ?? '', /^[0-9a-f]{64}$/)
  for (const typed of ['abio efgh ijkl mnop', 'ab10efghijklmnop', ' A8IO-EFGH-IJKL-MNOP ']) {
    assert.equal(recoveryDigest(typed), digest, typed)
  }
})

test('what is no recovery code has no digest', () => {
  for (const typed of [
    '',
    '123456',
    'ABIO-EFGH-IJKL-MNO',
    'ABIO-EFGH-IJKL-MNOPQ',
    '😀'.repeat(16),
  ]) {
    assert.equal(recoveryDigest(typed), undefined, typed)
  }
})
