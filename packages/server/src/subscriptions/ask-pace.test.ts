import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskPace } from './ask-pace.ts'
import { ASKED_PER_DAY_MAX_COUNT } from './subscription.ts'

const CROWDED = ASKED_PER_DAY_MAX_COUNT / 2

function paced() {
  let nowMs = 1_795_000_000_000
  const pace = new AskPace(() => nowMs)
  const code = (address: string, today = 0) => {
    try {
      pace.take(address, today)
      return 'taken'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const later = (hours: number) => {
    nowMs += hours * 3_600_000
  }
  return { code, later }
}

test('one network uses up no day, from however many addresses it asks', () => {
  const { code, later } = paced()
  let taken = 0
  for (let hour = 0; hour < 24; hour += 1) {
    for (let host = 0; host < 256; host += 1) {
      if (code(`192.0.2.${host}`) === 'taken') taken += 1
      if (code(`2001:db8:1:${host}::1`) === 'taken') taken += 1
    }
    later(1)
  }
  assert.ok(taken < CROWDED / 2, `${taken}`)
})

test('on a crowded day a network that has asked already waits, and one that has not does not', () => {
  const { code, later } = paced()
  assert.equal(code('192.0.2.1'), 'taken')
  assert.equal(code('192.0.2.2', CROWDED), 'SUBSCRIPTIONS_FULL')
  assert.equal(code('198.51.100.1', CROWDED), 'taken')
  assert.equal(code('198.51.100.1', CROWDED), 'SUBSCRIPTIONS_FULL')
  assert.equal(code('::ffff:203.0.113.9', CROWDED), 'taken')
  assert.equal(code('203.0.113.10', CROWDED), 'SUBSCRIPTIONS_FULL')
  later(24)
  assert.equal(code('192.0.2.2', CROWDED), 'taken')
})
