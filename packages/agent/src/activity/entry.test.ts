/** Whatever the facts say, an entry stays one line of plain characters, bounded, without a secret. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeEntry, LINE_MAX_BYTES, type LogEntry, parseEntry } from './entry.ts'

const entry = (facts: LogEntry['facts'], event = 'command-refused'): LogEntry => ({
  ...{ seq: 7, time: '2027-01-15T08:00:00.000Z', uptimeMs: 5000, class: 'security', event },
  ...{ by: 'server', facts, prev: 'a'.repeat(64) },
})

/** Newlines, escape sequences of terminals, text that runs backwards, halves of characters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\u2028', '\u0085', '\u001b[2J', '\u009b31m', '\0', '\u202e'),
      fc.constantFrom('\ud800', '\udfff', '"', '\\', '}', '{"seq":1}', '\ufeff', '\u{e0041}'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''))
const value = fc.oneof(hostile, fc.double(), fc.maxSafeInteger(), fc.boolean())

test('CRA P-095: no fact breaks out of its line, and what is read back is what was kept', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.string(), hostile), value), hostile, (facts, event) => {
      const line = encodeEntry(entry(facts, event))
      assert.doesNotMatch(line, /[\p{C}\p{Zl}\p{Zp}]/u)
      assert.ok(Buffer.byteLength(line) <= LINE_MAX_BYTES)
      assert.equal(encodeEntry(parseEntry(line)), line)
    }),
    { numRuns: 2000 },
  )
})

test('facts without end are cut, never refused', () => {
  const facts = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`fact${at}`, '\u0085'.repeat(100_000)]),
  )
  const line = encodeEntry(entry(facts))
  assert.ok(Buffer.byteLength(line) <= LINE_MAX_BYTES)
  assert.ok(Object.keys(parseEntry(line).facts).length > 0)
})

test('a secret that a caller passes by mistake does not reach the disk', () => {
  const secrets = {
    passphrase: 'correct horse',
    enrolmentToken: 'abc',
    header: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    report: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ1cm4ifQ.c2lnbmF0dXJl',
    pem: '-----BEGIN PRIVATE KEY-----\nMIG',
    proxy: 'http://owner:hunter2@proxy.example:8080',
    'pairing code': '482913',
  }
  const { facts } = parseEntry(encodeEntry(entry({ ...secrets, code: 'TOKEN_EXPIRED' })))
  const removed = Object.fromEntries(Object.keys(secrets).map((name) => [name, '[removed]']))
  assert.deepEqual(facts, { ...removed, code: 'TOKEN_EXPIRED' })
  const url = parseEntry(encodeEntry(entry({ url: 'see https://a.example/x?sig=1#y now' })))
  assert.equal(url.facts.url, 'see https://a.example/x now')
})
