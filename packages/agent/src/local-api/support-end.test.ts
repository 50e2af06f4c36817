/** CRA P-022 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { supportNotice } from './support-end.ts'

const cases: [now: string, notice: number | undefined][] = [
  ['2030-01-01T00:00:00Z', undefined],
  ['2030-08-31T23:59:59Z', undefined],
  ['2030-09-01T00:00:00Z', 12],
  ['2031-02-28T23:59:59Z', 12],
  ['2031-03-01T00:00:00Z', 6],
  ['2031-07-31T23:59:59Z', 6],
  ['2031-08-01T00:00:00Z', 1],
  ['2031-08-31T23:59:59Z', 1],
  ['2031-09-01T00:00:00Z', 0],
  ['2040-01-01T00:00:00Z', 0],
]
for (const [now, notice] of cases) {
  test(`support that ends with August 2031, at ${now}: ${notice ?? 'nothing yet'}`, () => {
    assert.equal(supportNotice('2031-08', Date.parse(now) / 1000), notice)
  })
}

test('a year before the end of January lies in another year', () => {
  assert.equal(supportNotice('2031-01', Date.UTC(2030, 0, 31) / 1000), undefined)
  assert.equal(supportNotice('2031-01', Date.UTC(2030, 1, 1) / 1000), 12)
})
