import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sessions } from './sessions.ts'

const HOUR = 3_600_000

test('a session needs both its halves', () => {
  const sessions = new Sessions()
  const one = sessions.open(0)
  const other = sessions.open(0)
  assert.ok(sessions.find(one.cookie, one.token, 1))
  const pairs: [string | undefined, string | undefined][] = [
    [one.cookie, undefined],
    [undefined, one.token],
    [one.cookie, other.token],
    [one.cookie, ''],
    ['', ''],
    [one.token, one.cookie],
  ]
  for (const [cookie, token] of pairs) assert.equal(sessions.find(cookie, token, 1), undefined)
})

test('a session ends an hour after its last use, and after twelve hours whatever happens', () => {
  const sessions = new Sessions()
  const { cookie, token } = sessions.open(0)
  assert.equal(sessions.find(cookie, token, HOUR), undefined)
  const used = sessions.open(0)
  for (let minutes = 0; minutes < 12 * 60; minutes += 30) {
    assert.ok(sessions.find(used.cookie, used.token, minutes * 60_000))
  }
  assert.equal(sessions.find(used.cookie, used.token, 12 * HOUR), undefined)
})

test('there are eight at most: the oldest makes room, and its streams end', () => {
  const sessions = new Sessions()
  const all = Array.from({ length: 9 }, (_, at) => {
    const { cookie, token } = sessions.open(at)
    return { cookie, token, ended: sessions.find(cookie, token, at)?.ended }
  })
  assert.deepEqual(
    all.map(({ ended }) => ended?.aborted),
    [true, ...Array.from({ length: 8 }, () => false)],
  )
  sessions.closeAll()
  assert.ok(
    all.every(({ ended, cookie, token }) => ended?.aborted && !sessions.find(cookie, token, 9)),
  )
})

test('who leaves is out', () => {
  const sessions = new Sessions()
  const { cookie, token } = sessions.open(0)
  sessions.close(cookie)
  assert.equal(sessions.find(cookie, token, 0), undefined)
})
