import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, isLine, isVersion, lineOf } from './version.ts'

test('a version is three plain numbers', () => {
  for (const version of ['0.0.0', '1.4.3', '10.20.999999999'])
    assert.ok(isVersion(version), version)
  const wrong = ['1.4', 'v1.4.3', '1.4.3-rc.1', '01.4.3', '1.4.3 ', '1..3', '1.4.1000000000', 1]
  for (const version of wrong) assert.ok(!isVersion(version), String(version))
})

test('a version belongs to the line of its first two numbers', () => {
  assert.equal(lineOf('1.4.3'), '1.4')
  assert.ok(isLine('1.4'))
  assert.ok(!isLine('1.4.3') && !isLine('1'))
})

test('versions compare as numbers, part by part', () => {
  assert.ok(compareVersions('1.4.9', '1.4.10') < 0)
  assert.ok(compareVersions('2.0.0', '1.99.99') > 0)
  assert.ok(compareVersions('1.10.0', '1.9.9') > 0)
  assert.equal(compareVersions('1.4.3', '1.4.3'), 0)
})
