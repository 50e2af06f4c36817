import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TaskQueue } from './task-queue.ts'

test('tasks begin in the order they came, each when the one before it has ended', async () => {
  const queue = new TaskQueue()
  const seen: string[] = []
  const first = Promise.withResolvers<void>()
  const slow = queue.take(async () => {
    seen.push('first begins')
    await first.promise
    seen.push('first ends')
    return 1
  })
  const quick = queue.take(async () => seen.push('second'))
  await Promise.resolve()
  first.resolve()
  assert.equal(await slow, 1)
  await quick
  assert.deepEqual(seen, ['first begins', 'first ends', 'second'])
})

test('a task that fails tells its caller alone, and the next one is done', async () => {
  const queue = new TaskQueue()
  const broken = queue.take(() => Promise.reject(new Error('no disk')))
  const next = queue.take(async () => 'done')
  await assert.rejects(broken, /no disk/)
  assert.equal(await next, 'done')
})

test('it is idle when the last task has ended, however that ended', async () => {
  const queue = new TaskQueue()
  let isDone = false
  const broken = queue.take(async () => {
    await Promise.resolve()
    isDone = true
    throw new Error('no disk')
  })
  broken.catch(() => {})
  await queue.idle()
  assert.equal(isDone, true)
})
