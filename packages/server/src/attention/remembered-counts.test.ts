import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RememberedCounts } from './remembered-counts.ts'

function counting(...numbers: readonly (number | Error)[]) {
  let asked = 0
  const count = () => {
    const next = numbers[asked]
    asked += 1
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? Number.NaN)
  }
  return { count, asked: () => asked }
}

test('who asks at the same time gets the same number, and it is counted once', async () => {
  const counts = new RememberedCounts()
  const { count, asked } = counting(7, 8)
  const both = await Promise.all([counts.read('red', 100, count), counts.read('red', 101, count)])
  assert.deepEqual(
    [both, asked()],
    [
      [
        { devices: 7, at: 100 },
        { devices: 7, at: 100 },
      ],
      1,
    ],
  )
  assert.deepEqual(await counts.read('blue', 101, count), { devices: 8, at: 101 })
})

test('after a while it is counted anew, and also when the clock was turned back', async () => {
  const counts = new RememberedCounts()
  const { count } = counting(1, 2, 3)
  await counts.read('red', 1_000, count)
  assert.deepEqual(await counts.read('red', 100_000, count), { devices: 2, at: 100_000 })
  assert.deepEqual(await counts.read('red', 99_999, count), { devices: 3, at: 99_999 })
})

test('a count that failed is not remembered', async () => {
  const counts = new RememberedCounts()
  const { count } = counting(new Error('broken'), 5)
  await assert.rejects(counts.read('red', 100, count), /broken/)
  assert.deepEqual(await counts.read('red', 100, count), { devices: 5, at: 100 })
})

test('what took long to count is remembered the longer', async () => {
  const counts = new RememberedCounts()
  const slow = (devices: number) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    return devices
  }
  await counts.read('red', 100, slow(1))
  assert.equal((await counts.read('red', 109, slow(2))).devices, 1, 'a hundred times its 0.1 s')
  assert.equal((await counts.read('red', 1_000, slow(3))).devices, 3)
})
