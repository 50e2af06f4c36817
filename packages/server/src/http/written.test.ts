import assert from 'node:assert/strict'
import { test } from 'node:test'
import { email, httpsAddress, line, lineOrNone, shownName, words, wordsOrNone } from './written.ts'

const UNSEEN: Readonly<Record<string, string>> = {
  'a control of a terminal': '\u001b',
  'a C1 control': '\u0085',
  'a return without a line': '\r',
  'a line separator': '\u2028',
  'half of a pair': '\ud83d',
  'an override of the reading direction': '\u202e',
  'an isolate': '\u2066',
  'an Arabic letter mark': '\u061c',
  'a space without width': '\u200b',
  'a byte order mark': '\ufeff',
  'a soft hyphen': '\u00ad',
  'a filler that counts as a letter': '\u3164',
  'a tag': '\u{e0041}',
  'an annotation': '\ufff9',
}

for (const [what, character] of Object.entries(UNSEEN)) {
  test(`${what} stands in no text that people write`, () => {
    for (const schema of [line(), lineOrNone(), words(), wordsOrNone()]) {
      assert.equal(schema.safeParse(`a${character}b`).success, false)
    }
    assert.equal(httpsAddress.safeParse(`https://a.example/${character}`).success, false)
    assert.equal(email.safeParse(`a${character}b@example.com`).success, false)
  })
}

test('letters of all scripts, joiners and the forms of signs are text', () => {
  for (const text of ['Größe ≥ 5 €', 'می‌خواهم', 'क्‍ष', '葛󠄀城市', '👩‍🔧️', '🇪🇺', '-']) {
    assert.equal(line().parse(text), text)
  }
})

test('a line has no line break, words may have them and tabs', () => {
  assert.equal(line().safeParse('a\nb').success, false)
  assert.equal(words().parse('a\n\tb'), 'a\n\tb')
})

test('nothing, spaces and joiners alone say nothing', () => {
  for (const text of ['', ' ', '\u200d', '\ufe0f', '\u00a0\u3000']) {
    assert.equal(line().safeParse(text).success, false)
    assert.equal(words().safeParse(text).success, false)
  }
  assert.equal(lineOrNone().parse(''), '')
  assert.equal(wordsOrNone().parse(''), '')
})

test('a text that is too long is refused', () => {
  assert.equal(line(3).safeParse('abcd').success, false)
  assert.equal(words(3).safeParse('abcd').success, false)
})

test('no two names look alike for what nobody sees in them, and none is a blank', () => {
  for (const text of ['Anna\u200d Ott', 'Anna\ufe0f', 'a\nb', '\u2800', ' ', '', '—']) {
    assert.equal(shownName(20).safeParse(text).success, false, JSON.stringify(text))
  }
  assert.equal(shownName(20).parse(' Zoë 2 '), 'Zoë 2')
  assert.equal(shownName(3).safeParse('Anna').success, false)
})
