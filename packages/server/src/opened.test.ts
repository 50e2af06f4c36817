import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NotClosedError, Opened } from './opened.ts'

test('parts are closed in the reverse order, also behind one that fails, and the failure names its part', async () => {
  const closed: string[] = []
  const inner = new Opened()
  inner.add('listener', async () => void closed.push('listener'))
  inner.add('inbox', () => Promise.reject(new TypeError('gone')))
  const outer = new Opened()
  outer.add('database', async () => void closed.push('database'))
  outer.addBounded('edge', () => inner.closeAll())
  outer.add('runner', async () => void closed.push('runner'))
  const error = await outer.closeAll().then(
    () => undefined,
    (thrown) => thrown,
  )
  assert.ok(error instanceof NotClosedError)
  assert.deepEqual(error.parts, [{ part: 'inbox', why: 'TypeError' }])
  assert.deepEqual(closed, ['runner', 'listener', 'database'])
  await outer.closeAll()
})

test('a part that never ends is given up, those after it sooner, and the rest is closed', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const closed: string[] = []
  const opened = new Opened()
  opened.add('database', async () => void closed.push('database'))
  opened.add('second', () => new Promise(() => {}))
  opened.add('first', () => new Promise(() => {}))
  const ended = opened.closeAll().then(
    () => undefined,
    (thrown) => thrown,
  )
  t.mock.timers.tick(6_000)
  await new Promise(setImmediate)
  t.mock.timers.tick(500)
  const error = await ended
  assert.ok(error instanceof NotClosedError)
  assert.deepEqual(error.parts, [
    { part: 'first', why: 'NO_ANSWER' },
    { part: 'second', why: 'NO_ANSWER' },
  ])
  assert.deepEqual(closed, ['database'])
})
