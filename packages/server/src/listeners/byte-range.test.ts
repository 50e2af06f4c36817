import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rangeOf } from './byte-range.ts'

const cases: [field: string | undefined, length: number, expected: ReturnType<typeof rangeOf>][] = [
  [undefined, 10, 'whole'],
  ['bytes=0-', 10, { first: 0, last: 9 }],
  ['bytes=9-9', 10, { first: 9, last: 9 }],
  ['bytes=3-100', 10, { first: 3, last: 9 }],
  ['bytes=-4', 10, { first: 6, last: 9 }],
  ['bytes=-100', 10, { first: 0, last: 9 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-1', 0, 'unsatisfiable'],
  ['bytes=4-3', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=1-2,4-5', 10, 'whole'],
  ['bytes=0x1-2', 10, 'whole'],
  ['bytes=1e1-', 10, 'whole'],
  ['bytes= 1-2', 10, 'whole'],
  ['bytes=9999999999999999-', 10, 'whole'],
]

for (const [field, length, expected] of cases) {
  test(`${field ?? 'no range'} of ${length} bytes`, () => {
    assert.deepEqual(rangeOf(field, length), expected)
  })
}
