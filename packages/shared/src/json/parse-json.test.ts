import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TrustError } from '../errors.ts'
import { JSON_DEPTH_MAX, JSON_NODES_MAX_COUNT } from '../limits.ts'
import { parseJson } from './parse-json.ts'

const ROOM = 1_000_000
const parse = (text: string) => parseJson(new TextEncoder().encode(text), ROOM)

for (const [what, text, code] of [
  ['the same key twice', '{"a":1,"a":1}', 'JSON_DUPLICATE_KEY'],
  ['the same key twice, once escaped', '{"a":1,"\\u0061":2}', 'JSON_DUPLICATE_KEY'],
  ['a fraction', '1.0', 'JSON_INVALID'],
  ['an exponent', '1e2', 'JSON_INVALID'],
  ['a capital exponent', '[1E2]', 'JSON_INVALID'],
  ['minus zero', '-0', 'JSON_INVALID'],
  ['a leading zero', '01', 'JSON_INVALID'],
  ['a plus sign', '+1', 'JSON_INVALID'],
  ['a lone minus', '-', 'JSON_INVALID'],
  ['2^53', '9007199254740992', 'JSON_INVALID'],
  ['2^53 + 1, which a double rounds', '9007199254740993', 'JSON_INVALID'],
  ['-2^53', '-9007199254740992', 'JSON_INVALID'],
  ['a number of a thousand digits', '9'.repeat(1000), 'JSON_INVALID'],
  ['a lone high surrogate', '"\\ud800"', 'JSON_INVALID'],
  ['a lone low surrogate', '"\\udc00"', 'JSON_INVALID'],
  ['surrogates in the wrong order', '"\\udc00\\ud800"', 'JSON_INVALID'],
  ['a lone surrogate in a key', '{"\\ud800":1}', 'JSON_INVALID'],
  ['the key __proto__', '{"__proto__":{}}', 'JSON_INVALID'],
  ['the key __proto__, escaped', '{"__pr\\u006fto__":{}}', 'JSON_INVALID'],
  ['the key constructor', '{"a":{"constructor":1}}', 'JSON_INVALID'],
  ['the key prototype', '[{"prototype":1}]', 'JSON_INVALID'],
  ['a byte order mark', '\ufeff{}', 'JSON_INVALID'],
  ['nothing', '', 'JSON_INVALID'],
  ['only white space', ' \n', 'JSON_INVALID'],
  ['a second value', '{} {}', 'JSON_INVALID'],
  ['a comma at the end of a list', '[1,]', 'JSON_INVALID'],
  ['a comma at the end of an object', '{"a":1,}', 'JSON_INVALID'],
  ['no comma', '[1 2]', 'JSON_INVALID'],
  ['an unclosed list', '[1', 'JSON_INVALID'],
  ['an unclosed object', '{"a":1', 'JSON_INVALID'],
  ['an unclosed string', '"a', 'JSON_INVALID'],
  ['a key without quotes', '{a:1}', 'JSON_INVALID'],
  ['a key that is no string', '{1:1}', 'JSON_INVALID'],
  ['a key without value', '{"a"}', 'JSON_INVALID'],
  ['single quotes', "'a'", 'JSON_INVALID'],
  ['a control character in a string', '"a\nb"', 'JSON_INVALID'],
  ['an unknown escape', '"\\x41"', 'JSON_INVALID'],
  ['a short escape', '"\\u12"', 'JSON_INVALID'],
  ['an escape that ends the text', '"\\', 'JSON_INVALID'],
  ['white space that JSON does not know', '\u00a01', 'JSON_INVALID'],
  ['a comment', '/**/1', 'JSON_INVALID'],
  ['NaN', 'NaN', 'JSON_INVALID'],
  ['half a word', 'tru', 'JSON_INVALID'],
  ['a word and more', 'truex', 'JSON_INVALID'],
  ['undefined', 'undefined', 'JSON_INVALID'],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => parse(text), { name: 'TrustError', code })
  })
}

test('refuses bytes that are no UTF-8', () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0xaf, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
  ]) {
    assert.throws(() => parseJson(new Uint8Array(bytes), ROOM), { code: 'JSON_INVALID' })
  }
})

test('reads what JSON allows', () => {
  const text =
    ' {"a" : [1, -2, 0, 9007199254740991, -9007199254740991],\r\n"b":\t{"":""},"c":[true,false,null],' +
    '"d":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00é😀","e":[],"f":{}} '
  assert.deepEqual(JSON.parse(JSON.stringify(parse(text))), JSON.parse(text))
})

test('an object finds nothing that the text does not have', () => {
  const object = parse('{"a":1}') as Record<string, unknown>
  assert.equal(Object.getPrototypeOf(object), null)
  assert.equal(object.toString, undefined)
  assert.equal(object.hasOwnProperty, undefined)
})

test('a key may have any name that is no property of every object', () => {
  assert.deepEqual(
    { ...(parse('{"toString":1,"length":2}') as object) },
    { toString: 1, length: 2 },
  )
})

test('stops at the limit of bytes, not one later', () => {
  assert.equal(parseJson(new TextEncoder().encode('1234'), 4), 1234)
  assert.throws(() => parseJson(new TextEncoder().encode('12345'), 4), {
    code: 'LENGTH_EXCEEDED',
    facts: { limit: 4, length: 5 },
  })
})

test('stops at the limit of depth, not one later', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  parse(nested(JSON_DEPTH_MAX))
  assert.throws(() => parse(nested(JSON_DEPTH_MAX + 1)), { code: 'JSON_LIMIT_EXCEEDED' })
  assert.throws(() => parse('{"a":'.repeat(100_000)), { code: 'JSON_LIMIT_EXCEEDED' })
  assert.throws(() => parse('['.repeat(500_000)), { code: 'JSON_LIMIT_EXCEEDED' })
})

test('stops at the limit of nodes, not one later; a caller may set its own', () => {
  const list = (items: number) => `[${Array(items).fill('0').join(',')}]`
  parse(list(JSON_NODES_MAX_COUNT - 1))
  assert.throws(() => parse(list(JSON_NODES_MAX_COUNT)), { code: 'JSON_LIMIT_EXCEEDED' })
  const bytes = new TextEncoder().encode(list(JSON_NODES_MAX_COUNT))
  parseJson(bytes, ROOM, { nodes: JSON_NODES_MAX_COUNT + 1 })
})

test('whatever arrives, nothing but a TrustError is thrown', () => {
  const almostJson = fc
    .tuple(fc.json(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
    .map(([text, edits]) => {
      const bytes = new TextEncoder().encode(text)
      for (const [at, byte] of edits) bytes[at % bytes.length] = byte
      return bytes
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), almostJson), (bytes) => {
      try {
        parseJson(bytes, ROOM)
      } catch (error) {
        assert.ok(error instanceof TrustError, String(error))
      }
    }),
    { numRuns: 3000 },
  )
})

test('what it reads, JSON.parse reads alike', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.json({ noUnicodeString: false })), (text) => {
      let json: unknown
      try {
        json = parse(text)
      } catch (error) {
        assert.ok(error instanceof TrustError)
        return
      }
      assert.equal(JSON.stringify(json), JSON.stringify(JSON.parse(text)))
    }),
    { numRuns: 2000 },
  )
})
