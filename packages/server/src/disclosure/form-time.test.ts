import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTime } from './form-time.ts'

test('a form that does not come to its end is waited for no longer than its time', async () => {
  const { promise } = Promise.withResolvers<string>()
  await assert.rejects(inTime(promise, 1), { status: 408, code: 'BODY_TOO_SLOW' })
})

test('a form that comes in time is read, and one that breaks off says so', async () => {
  assert.equal(await inTime(Promise.resolve('read')), 'read')
  await assert.rejects(inTime(Promise.reject(new Error('broke off'))), /broke off/)
})
