import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SharedReads } from './shared-reads.ts'

function readings() {
  const ends: ((value: string | Error) => void)[] = []
  const read = () =>
    new Promise<string>((resolve, reject) => {
      ends.push((value) => (value instanceof Error ? reject(value) : resolve(value)))
    })
  return { ends, read }
}

const moment = () => new Promise((resolve) => setImmediate(resolve))

test('nobody gets what began to be read before he asked, and a crowd is one reading', async () => {
  const reads = new SharedReads<string>()
  const { ends, read } = readings()
  const first = reads.read('site', read)
  const crowd = Array.from({ length: 1_000 }, () => reads.read('site', read))
  await moment()
  assert.equal(ends.length, 1)
  ends[0]?.('before')
  assert.equal(await first, 'before')
  await moment()
  assert.equal(ends.length, 2)
  const late = reads.read('site', read)
  ends[1]?.('withdrawn')
  assert.deepEqual([...new Set(await Promise.all(crowd))], ['withdrawn'])
  await moment()
  ends[2]?.('later')
  assert.equal(await late, 'later')
})

test('a reading that fails is told to those who asked for it, and the next is tried', async () => {
  const reads = new SharedReads<string>()
  const { ends, read } = readings()
  const [first, second] = [reads.read('site', read), reads.read('site', read)]
  const refused = assert.rejects(first, /away/)
  ends[0]?.(new Error('away'))
  await refused
  await moment()
  ends[1]?.('back')
  assert.equal(await second, 'back')
  const again = reads.read('site', read)
  await moment()
  assert.equal(ends.length, 3)
  ends[2]?.('fresh')
  assert.equal(await again, 'fresh')
})

test('what has another name is read beside it', async () => {
  const reads = new SharedReads<string>()
  const { ends, read } = readings()
  const both = [reads.read('one', read), reads.read('other', read)]
  assert.equal(ends.length, 2)
  for (const end of ends) end('done')
  await Promise.all(both)
})
