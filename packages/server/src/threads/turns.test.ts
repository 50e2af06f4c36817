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

test('so many as may be are worked on at once, and the next one when one of them has ended', async () => {
  const turns = new Turns({ atOnce: 2, places: 4, placesOfAccount: 4 })
  const ends: (() => void)[] = []
  const work = () => new Promise<void>((resolve) => ends.push(resolve))
  const all = [1, 2, 3, 4].map(() => turns.take(work))
  const begun = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return ends.length
  }
  assert.equal(await begun(), 2)
  ends[1]?.()
  assert.equal(await begun(), 3)
  await assert.rejects(
    Promise.all([turns.take(work), turns.take(work)]),
    { code: 'TOO_MANY_REQUESTS' },
    'four places, of which one is free',
  )
  for (let at = 0; at < 5; at += 1) {
    await begun()
    ends[at]?.()
  }
  await turns.done()
  await Promise.all(all)
})

test('an account has so many places as the rules say, and leaves the rest to others', async () => {
  const turns = new Turns({ places: 3, placesOfAccount: 2 })
  const places = [turns.reserve('one'), turns.reserve('one')]
  assert.throws(() => turns.reserve('one'), /This account has 2 of these on their way already/)
  turns.reserve('other').leave()
  places[0]?.leave()
  places[0]?.leave()
  turns.reserve('one')
  assert.throws(() => turns.reserve('one'), { code: 'TOO_MANY_REQUESTS' })
})
