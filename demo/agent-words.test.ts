import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastMessage, tidings } from './agent-words.ts'

const state = (from: string, to: string, code?: string) => ({
  ...{ event: 'state', device: 'G1-0001', version: '1.5.1', from, to },
  ...(code === undefined ? {} : { code }),
})

test('a rollback is told with its reason, and its reason stays to be read', () => {
  assert.match(
    String(tidings(state('trial', 'rollingBack', 'SELF_TEST_FAILED'))),
    /G1-0001.*1\.5\.1.*SELF_TEST_FAILED/,
  )
  assert.match(
    String(lastMessage(state('rollingBack', 'failed', 'SELF_TEST_FAILED'))),
    /SELF_TEST_FAILED/,
  )
  assert.equal(lastMessage(state('failed', 'idle')), undefined)
})

test('a device that cannot enrol says why', () => {
  const event = { event: 'enrolment-failed', reason: 'ECONNREFUSED', code: 'SERVER_UNREACHABLE' }
  assert.match(String(lastMessage(event)), /ECONNREFUSED/)
})

test('the ordinary steps of an update are shown and not told', () => {
  assert.equal(tidings(state('offered', 'downloading')), undefined)
  assert.match(String(lastMessage(state('offered', 'downloading'))), /offered → downloading/)
})
