import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableLines } from './table.ts'

const row = {
  device: 'G1-0001',
  version: '1.4.2',
  state: 'trial',
  waitingFor: '',
  lastMessage: 'the new slot runs and is being tested',
}

test('the table has a heading and a line per device, in columns', () => {
  const lines = tableLines([row], { width: 100, colours: false })
  assert.equal(lines.length, 2)
  assert.equal(lines[0]?.indexOf('version'), lines[1]?.indexOf('1.4.2'))
})

test('no line of the table is wider than the screen', () => {
  for (const line of tableLines([row], { width: 30, colours: false })) {
    assert.ok(line.length <= 30, line)
  }
})
