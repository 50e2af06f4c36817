import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOfSupport } from '@fleetward/shared'
import fc from 'fast-check'
import { retainedUntil } from './retained-until.ts'

const at = (text: string) => Date.parse(text) / 1000
const ISSUED = at('2026-11-21T10:00:00Z')

// CRA P-023
test('what mends security stays ten years, or until support ends', () => {
  const tenYears = at('2036-11-21T10:00:00Z')
  assert.equal(retainedUntil('security', ISSUED, undefined), tenYears)
  assert.equal(retainedUntil('security', ISSUED, '2031-12'), tenYears)
  assert.equal(retainedUntil('security', ISSUED, '2040-12'), at('2041-01-01T00:00:00Z'))
  assert.equal(retainedUntil('combined', ISSUED, undefined), tenYears)
  assert.equal(retainedUntil('functionality', ISSUED, '2040-12'), undefined)
  const leap = retainedUntil('security', at('2028-02-29T00:00:00Z'), undefined)
  assert.equal(leap, at('2038-03-01T00:00:00Z'))
})

test('no release that mends security may go before ten years and before its support ends', () => {
  const months = fc
    .tuple(fc.integer({ min: 2020, max: 2080 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}`)
  const issued = fc.integer({ min: 0, max: at('2080-01-01') })
  const kinds = fc.constantFrom('security', 'combined', 'whatever-comes')
  fc.assert(
    fc.property(kinds, issued, fc.option(months, { nil: undefined }), (kind, from, ends) => {
      const until = retainedUntil(kind, from, ends) ?? 0
      const begun = new Date(from * 1000)
      const { 0: year, 1: rest } = [begun.getUTCFullYear() + 10, begun.toISOString().slice(4)]
      assert.ok(until >= Date.parse(`${year}${rest.replace('-02-29', '-02-28')}`) / 1000)
      assert.ok(ends === undefined || until >= endOfSupport(ends))
      // And not for ever: it is one of the two.
      assert.ok(
        until <= Math.max(from + 3_654 * 86_400, ends === undefined ? 0 : endOfSupport(ends)),
      )
    }),
  )
})
