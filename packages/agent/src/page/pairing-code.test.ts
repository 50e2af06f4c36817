import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameCode, newPairingCode, readPairingCode } from './pairing-code.ts'

test('every device has a code of its own, of three groups without characters that look alike', () => {
  const codes = Array.from({ length: 500 }, newPairingCode)
  assert.equal(new Set(codes).size, codes.length)
  for (const code of codes)
    assert.match(code, /^[34679ACDEFHJKMNPQRTWXY]{4}(-[34679ACDEFHJKMNPQRTWXY]{4}){2}$/)
  const used = new Set(codes.join('').replaceAll('-', ''))
  // CRA P-048: 22^12 is more than 40 bits, as long as all 22 are drawn.
  assert.ok(Math.log2(used.size ** 12) > 40)
})

const typed: [as: string, read: string | undefined][] = [
  ['ACDE-FHJK-MNPQ', 'ACDE-FHJK-MNPQ'],
  ['acdefhjkmnpq', 'ACDE-FHJK-MNPQ'],
  [' acde fhjk – mnpq\n', 'ACDE-FHJK-MNPQ'],
  ['ACDE-FHJK-MNP', undefined],
  ['ACDE-FHJK-MNPQQ', undefined],
  ['ACDE-FHJK-MNP0', undefined],
  ['ＡCDE-FHJK-MNPQ', undefined],
  ['', undefined],
  ['A'.repeat(10_000), undefined],
]
for (const [as, read] of typed) {
  test(`what was typed as ${JSON.stringify(as.slice(0, 20))} is ${read ?? 'no code'}`, () => {
    assert.equal(readPairingCode(as), read)
    assert.equal(isSameCode(as, 'ACDE-FHJK-MNPQ'), read !== undefined)
  })
}

test('a code of another device opens nothing, and neither does what is no code', () => {
  assert.equal(isSameCode('ACDE-FHJK-MNPR', 'ACDE-FHJK-MNPQ'), false)
  assert.equal(isSameCode('', ''), false)
})
