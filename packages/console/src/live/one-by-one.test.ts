import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneByOne } from './one-by-one.ts'

const FOREVER = new AbortController().signal

test('the next is asked when the one before was answered, also by a refusal', async () => {
  let underWay = 0
  let most = 0
  const ask = (answer: number) => async () => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setTimeout(resolve, 1))
    underWay--
    if (answer === 2) throw new Error('refused')
    return answer
  }
  const all = [1, 2, 3, 4].map((answer) => oneByOne(ask(answer), FOREVER))
  const answers = (await Promise.allSettled(all)).map((it) =>
    it.status === 'fulfilled' ? it.value : it.reason.message,
  )
  assert.deepEqual(answers, [1, 'refused', 3, 4])
  assert.equal(most, 1)
})

test('nothing is asked for a page that was left while it waited', async () => {
  const left = new AbortController()
  const asked: string[] = []
  const first = oneByOne(async () => asked.push('first'), FOREVER)
  const second = oneByOne(async () => asked.push('second'), left.signal)
  left.abort()
  await first
  await assert.rejects(second, { name: 'AbortError' })
  assert.deepEqual(asked, ['first'])
})
