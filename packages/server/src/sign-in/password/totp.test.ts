import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32 } from './base32.ts'
import { matchingStep, stepAt, totpAt, totpUri } from './totp.ts'

const SECRET = Buffer.from('12345678901234567890')
const NOW = 1_800_000_000

// RFC 6238 Appendix B, SHA-1, 8 digits.
const vectors: [seconds: number, code: string][] = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
]
for (const [seconds, code] of vectors) {
  test(`RFC 6238 Appendix B: ${code} at ${seconds}`, () => {
    assert.equal(totpAt(SECRET, stepAt(seconds), 8), code)
  })
}

// RFC 4226 Appendix D.
test('RFC 4226 Appendix D: the first ten codes', () => {
  const codes = Array.from({ length: 10 }, (_, step) => totpAt(SECRET, step))
  assert.equal(
    codes.join(' '),
    '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489',
  )
})

const accepted: [what: string, steps: number, isAccepted: boolean][] = [
  ['of now', 0, true],
  ['of the step before', -1, true],
  ['of the step to come', 1, true],
  ['of a minute ago', -2, false],
  ['of the next minute', 2, false],
]
for (const [what, steps, isAccepted] of accepted) {
  test(`a code ${what} is ${isAccepted ? 'accepted' : 'refused'}`, () => {
    const code = totpAt(SECRET, stepAt(NOW) + steps)
    const step = matchingStep(code, SECRET, { now: NOW, lastStep: 0 })
    assert.equal(step, isAccepted ? stepAt(NOW) + steps : undefined)
  })
}

test('a code is accepted once, and none from before it', () => {
  const lastStep = stepAt(NOW)
  for (const steps of [0, -1]) {
    const code = totpAt(SECRET, lastStep + steps)
    assert.equal(matchingStep(code, SECRET, { now: NOW, lastStep }), undefined)
  }
  const next = totpAt(SECRET, lastStep + 1)
  assert.equal(matchingStep(next, SECRET, { now: NOW, lastStep }), lastStep + 1)
})

test('a code may be typed in two groups, and nothing longer or shorter passes', () => {
  const code = totpAt(SECRET, stepAt(NOW))
  const seen = (text: string) => matchingStep(text, SECRET, { now: NOW, lastStep: 0 })
  assert.notEqual(seen(`${code.slice(0, 3)} ${code.slice(3)}`), undefined)
  for (const wrong of [`${code}0`, code.slice(1), '', 'ééé', '😀😀']) {
    assert.equal(seen(wrong), undefined, wrong)
  }
})

// RFC 4648 §10.
test('RFC 4648 §10: base32', () => {
  const texts = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar']
  assert.equal(
    texts.map((text) => base32(Buffer.from(text))).join(' '),
    ' MY MZXQ MZXW6 MZXW6YQ MZXW6YTB MZXW6YTBOI',
  )
})

test('what an app reads cannot be bent by a name', () => {
  const uri = new URL(totpUri(SECRET, 'Fleetward', 'a&secret=X?#b'))
  assert.equal(uri.searchParams.get('secret'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
  assert.deepEqual([...uri.searchParams.keys()], ['secret', 'issuer'])
})
