import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WorkQueue } from './work-queue.ts'

test('one piece of work runs at a time, in order, also after one that failed', async () => {
  const queue = new WorkQueue()
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
  const all = await Promise.allSettled([0, 1, 2, 3].map((number) => queue.take(work(number))))
  assert.deepEqual(done, [0, 2, 3])
  assert.equal(all[1]?.status, 'rejected')
})

test('when too many wait the next is told so, and nothing of it is begun', async () => {
  const queue = new WorkQueue()
  const { promise, resolve } = Promise.withResolvers<void>()
  const waiting = Array.from({ length: 8 }, () => queue.take(() => promise))
  await assert.rejects(
    queue.take(async () => assert.fail('it was begun')),
    { code: 'TOO_MANY_REQUESTS' },
  )
  resolve()
  await Promise.all(waiting)
  assert.equal(await queue.take(async () => 'again'), 'again')
})

test('so many as may be are worked on at once, and the next one when one of them has ended', async () => {
  const queue = new WorkQueue({ atOnce: 2, places: 4, placesOfAccount: 4 })
  const ends: (() => void)[] = []
  const work = () => new Promise<void>((resolve) => ends.push(resolve))
  const all = [1, 2, 3, 4].map(() => queue.take(work))
  const begun = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return ends.length
  }
  assert.equal(await begun(), 2)
  ends[1]?.()
  assert.equal(await begun(), 3)
  await assert.rejects(
    Promise.all([queue.take(work), queue.take(work)]),
    { code: 'TOO_MANY_REQUESTS' },
    'four places, of which one is free',
  )
  for (let at = 0; at < 5; at += 1) {
    await begun()
    ends[at]?.()
  }
  await queue.done()
  await Promise.all(all)
})

test('an account has so many places as the rules say, and leaves the rest to others', async () => {
  const queue = new WorkQueue({ places: 3, placesOfAccount: 2 })
  const places = [queue.reserve('one'), queue.reserve('one')]
  assert.throws(() => queue.reserve('one'), /This account has 2 of these on their way already/)
  queue.reserve('other').leave()
  places[0]?.leave()
  places[0]?.leave()
  queue.reserve('one')
  assert.throws(() => queue.reserve('one'), { code: 'TOO_MANY_REQUESTS' })
})
