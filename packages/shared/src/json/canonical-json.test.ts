import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from './canonical-json.ts'
import type { Json } from './json.ts'
import { parseJson } from './parse-json.ts'

const text = (json: Json) => new TextDecoder().decode(canonicalJson(json))
const parse = (json: string) => parseJson(new TextEncoder().encode(json), 1_000_000)

test('no white space, keys in order, at every level', () => {
  assert.equal(
    text(parse('{ "b": [ 1, {"z": null, "y": true} ], "a": -7, "": "" }')),
    '{"":"","a":-7,"b":[1,{"y":true,"z":null}]}',
  )
})

test('escapes the quote and the backslash and nothing else', () => {
  assert.equal(text(parse('"\\"\\\\\\/\\n\\u0000é"')), '"\\"\\\\/\n\u0000é"')
})

test('orders keys by code point, as Python does, not by UTF-16 code unit', () => {
  // U+1F600 is written with the surrogates D83D DE00, which sort before U+FF5E as code units.
  assert.equal(
    text(parse('{"\u{1f600}":1,"\uff5e":2,"\ud7ff":3}')),
    '{"\ud7ff":3,"\uff5e":2,"\u{1f600}":1}',
  )
})

test('a key that is the beginning of another comes first', () => {
  assert.equal(text({ ab: 1, a: 2, '': 3 }), '{"":3,"a":2,"ab":1}')
})

for (const [what, value] of [
  ['a fraction', 1.5],
  ['minus zero', -0],
  ['2^53', 2 ** 53],
  ['NaN', Number.NaN],
  ['a lone surrogate', '\ud800'],
  ['a lone surrogate in a key', { '\udfff': 1 }],
  ['undefined', undefined],
  ['a bigint', [1n]],
] as const) {
  test(`has no form for ${what}`, () => {
    assert.throws(() => canonicalJson(value as unknown as Json), { code: 'JSON_INVALID' })
  })
}

const key = fc
  .string({ unit: 'binary', maxLength: 6 })
  .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name))
const { json: anyJson } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().filter((integer) => !Object.is(integer, -0)),
    fc.string({ unit: 'binary', maxLength: 10 }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

test('however a value is written, its canonical form is the same', () => {
  fc.assert(
    fc.property(anyJson, fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
      const written = parse(JSON.stringify(json, undefined, indent))
      assert.deepEqual(canonicalJson(written), canonicalJson(json))
    }),
    { numRuns: 500 },
  )
})

test('without control characters, the canonical form is JSON of the same value', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters in question
  const hasControlCharacter = (json: Json) => /[\u0000-\u001f]/.test(text(json))
  fc.assert(
    fc.property(anyJson, (json) => {
      fc.pre(!hasControlCharacter(json))
      assert.deepEqual(
        canonicalJson(parseJson(canonicalJson(json), 1_000_000)),
        canonicalJson(json),
      )
    }),
    { numRuns: 500 },
  )
})

test('values that differ have forms that differ', () => {
  fc.assert(
    fc.property(anyJson, anyJson, (a, b) => {
      const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
      assert.equal(text(a) === text(b), isSame)
    }),
    { numRuns: 500 },
  )
})

function sorted(json: Json): Json {
  if (Array.isArray(json)) return json.map(sorted)
  if (typeof json !== 'object' || json === null) return json
  const members = Object.entries(json)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, sorted(value)])
  return { members }
}
