/** A thread that is asked again and again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ThreadLimitError } from './thread-messages.ts'
import { WarmThread } from './warm-thread.ts'

/** Counts its questions; `hang` never comes back, `fill` takes all memory, `break` throws. */
const SCRIPT = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    let asked = 0
    parentPort.on('message', (question) => {
      asked += 1
      if (question === 'hang') for (;;) {}
      if (question === 'fill') { const all = []; for (;;) all.push(new Array(1e5).fill({})) }
      if (question === 'break') throw new Error('broken')
      if (question === 'second' && asked > 1) throw new Error('only a fresh one can')
      parentPort.postMessage(question + ' ' + asked)
    })
  `)}`,
)
const thread = () => new WarmThread<string, string>(SCRIPT, { silenceMs: 3_000, memoryMib: 64 })

test('it answers one question after the other, in their order, and is made ready once', async () => {
  const asked = thread()
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((one) => asked.ask(one))), [
    ...['a 1', 'b 2', 'c 3'],
  ])
})

for (const bad of ['hang', 'fill', 'break']) {
  test(`a question that ends it is told so, and the next one is answered: ${bad}`, async () => {
    const asked = thread()
    await assert.rejects(asked.ask(bad), ThreadLimitError)
    assert.equal(await asked.ask('next'), 'next 1')
  })
}

test('what only a fresh thread can answer is answered by one', async () => {
  const asked = thread()
  assert.equal(await asked.ask('first'), 'first 1')
  assert.equal(await asked.ask('second'), 'second 1')
})
