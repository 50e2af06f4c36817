import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvText } from './csv-text.ts'

test('cells are quoted, and numbers are numbers', () => {
  assert.equal(csvText([['a "b"', -3, undefined], ['c,d']]), '"a ""b""","-3",""\r\n"c,d"\r\n')
})

const formulas: readonly (readonly [string, string])[] = [
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1', "'  =1"],
  ['\uFF1D1', "'\uFF1D1"],
  ['one;=1;two', "one;'=1;two"],
  ['one; "=1', `one;' "=1`],
  ['one\n=1', "one\n'=1"],
]
for (const [text, tame] of formulas) {
  test(`${JSON.stringify(text)} stays a text, whatever ends a cell there`, () => {
    assert.equal(csvText([[text]]), `"${tame.replaceAll('"', '""')}"\r\n`)
  })
}

test('what is no formula stays as it was', () => {
  assert.equal(csvText([['lumen-0001', '1.2.0', 'a = b']]), '"lumen-0001","1.2.0","a = b"\r\n')
})
