import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

test('one piece of work runs at a time, in order, also after one that failed', async () => {
  const turns = new Turns()
  let running = 0
  const done: number[] = []
  const work = (number: number) => async () => {
    running += 1
    assert.equal(running, 1)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    if (number === 1) throw new Error('no')
    done.push(number)
    return number
  }
  const all = await Promise.allSettled([0, 1, 2, 3].map((number) => turns.take(work(number))))
  assert.deepEqual(done, [0, 2, 3])
  assert.equal(all[1]?.status, 'rejected')
})

test('when too many wait the next is told so, and nothing of it is begun', async () => {
  const turns = new Turns()
  const { promise, resolve } = Promise.withResolvers<void>()
  const waiting = Array.from({ length: 8 }, () => turns.take(() => promise))
  await assert.rejects(
    turns.take(async () => assert.fail('it was begun')),
    { code: 'TOO_MANY_REQUESTS' },
  )
  resolve()
  await Promise.all(waiting)
  assert.equal(await turns.take(async () => 'again'), 'again')
})
