import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Release } from '@fleetward/shared'
import { newestSupported } from './newest-supported.ts'

const published = (version: string, publishedAt: number, more: object = {}) => ({
  ...{ release: { version } as Release, target: '{}', listed: true, publishedAt },
  ...more,
})

test('the newest release is the highest version, also after a fix of an older line', () => {
  const all = [published('1.4.4', 30), published('1.5.0', 20), published('1.10.0', 10)]
  assert.equal(newestSupported(all)?.release.version, '1.10.0')
  const gone = [published('1.4.4', 30), published('1.5.0', 20, { withdrawnAt: 25 })]
  assert.equal(newestSupported(gone)?.release.version, '1.4.4')
  assert.equal(newestSupported([published('1.5.0', 20, { listed: false })]), undefined)
})
