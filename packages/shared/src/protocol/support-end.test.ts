/** CRA P-022 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOfSupport, isSupportOver, supportNoticesDue } from './support-end.ts'

const at = (text: string) => Date.parse(text) / 1000

test('a month of support is over when the next one begins', () => {
  assert.equal(endOfSupport('2031-12'), at('2032-01-01T00:00:00Z'))
  assert.equal(isSupportOver('2031-12', at('2031-12-31T23:59:59Z')), false)
  assert.equal(isSupportOver('2031-12', at('2032-01-01T00:00:00Z')), true)
  assert.equal(endOfSupport('2031-12', 12), at('2031-01-01T00:00:00Z'))
})

const cases: readonly (readonly [now: string, due: readonly number[]])[] = [
  ['2030-01-01T00:00:00Z', []],
  ['2030-08-31T23:59:59Z', []],
  ['2030-09-01T00:00:00Z', [12]],
  ['2031-02-28T23:59:59Z', [12]],
  ['2031-03-01T00:00:00Z', [12, 6]],
  ['2031-07-31T23:59:59Z', [12, 6]],
  ['2031-08-01T00:00:00Z', [12, 6, 1]],
  ['2031-08-31T23:59:59Z', [12, 6, 1]],
  ['2031-09-01T00:00:00Z', [12, 6, 1, 0]],
  ['2040-01-01T00:00:00Z', [12, 6, 1, 0]],
]
for (const [now, due] of cases) {
  test(`support that ends with August 2031, at ${now}: ${due.at(-1) ?? 'nothing yet'}`, () => {
    assert.deepEqual(supportNoticesDue('2031-08', at(now)), due)
  })
}

test('a year before the end of January lies in another year', () => {
  assert.deepEqual(supportNoticesDue('2031-01', at('2030-01-31T00:00:00Z')), [])
  assert.deepEqual(supportNoticesDue('2031-01', at('2030-02-01T00:00:00Z')), [12])
})
