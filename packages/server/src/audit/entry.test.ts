import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AUDIT_LINE_MAX_BYTES, type Json, NO_AUDIT_LINES, parseAuditLine } from '@fleetward/shared'
import fc from 'fast-check'
import type { Actor } from '../accounts/actor.ts'
import { changedFields } from './changed-fields.ts'
import { lineAfter } from './entry.ts'
import { SECRET_SHAPES } from './redaction.ts'

const ADA: Actor = {
  ...{ kind: 'person', id: 'a1', name: 'Ada', person: 'a1', via: 'session', address: '192.0.2.7' },
}

function written(before: Json | undefined, after: Json | undefined, more: object = {}) {
  const entry = {
    ...{ at: 1_790_000_000, actor: ADA, action: 'account.changed', subject: 'account/a2' },
    ...{ outcome: 'done' as const, before, after },
    ...more,
  }
  const { line } = lineAfter(NO_AUDIT_LINES, entry)
  return { line, parsed: parseAuditLine(line) }
}

test('an entry keeps what changed and not what did not', () => {
  const before = { state: 'running', policy: { apply: 'ask', spread: 60 }, tags: ['a'] }
  const after = { state: 'paused', policy: { apply: 'ask', spread: 90 }, tags: ['a'] }
  assert.deepEqual(changedFields(before, after), {
    before: { state: 'running', policy: { spread: 60 } },
    after: { state: 'paused', policy: { spread: 90 } },
  })
  assert.deepEqual(changedFields(before, before), {})
  const { line } = written(before, after)
  assert.ok(line.includes('"spread":90') && !line.includes('apply') && !line.includes('tags'))
  assert.deepEqual(changedFields(undefined, after), { after })
  assert.deepEqual(changedFields({ a: 1 }, { a: 1, b: 2 }), { before: {}, after: { b: 2 } })
})

/** One of each shape that must never be in the log. */
const SECRETS = [
  `fwa_${'A'.repeat(43)}`,
  `fwe_${'b'.repeat(32)}`,
  `fws1.0123456789abcdef.${'c'.repeat(40)}`,
  `whsec_${'d'.repeat(32)}`,
  'eyJhbGciOiJFZDI1NTE5In0.eyJzdWIiOiJhMSJ9.c2lnbmF0dXJl',
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----',
  '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA',
  'Bearer abcdefgh12345678',
  'https://ada:hunter22@example.com/',
  'https://example.com/hook?key=abcdef123456',
]
/** What of them must not come through. */
const CORES =
  /A{43}|b{32}|c{40}|d{32}|eyJhbGci|MC4CAQAw|\$argon2id|abcdefgh1234|hunter22|abcdef123456/

test('CRA P-095: whatever a caller passes, no entry holds anything of the shape of a secret', () => {
  assert.ok(SECRETS.length >= SECRET_SHAPES.length)
  for (const secret of SECRETS) {
    for (const { line } of [
      written(undefined, { note: `see ${secret} for it` }),
      written({ list: [1, { deep: secret }] }, { list: [] }),
      written(undefined, { [secret]: 1 }),
      written(undefined, undefined, { subject: `x/${secret}` }),
      written(undefined, undefined, { action: secret, requestId: secret, product: secret }),
      written(undefined, undefined, { actor: { ...ADA, name: secret } }),
    ]) {
      assert.doesNotMatch(line, CORES)
    }
  }
})

test('a member that is called like a secret is not kept whatever it holds, and its neighbours are', () => {
  const { parsed } = written(undefined, {
    ...{ password: 'x', newPassword: 'x', totpSeed: 'x', token: ['x'], clientSecret: { a: 'x' } },
    ...{ privateKey: 'x', 'api-key': 'x', recoveryCodes: ['x'], cookie: 'x', authorization: 'x' },
    ...{ tokenId: 't1', passwordChangedAt: 5, keyId: 'k', compass: 'north' },
  })
  const kept = parsed.after as Record<string, Json>
  for (const [name, value] of Object.entries(kept)) {
    const isKept = ['tokenId', 'passwordChangedAt', 'keyId', 'compass'].includes(name)
    assert.equal(value === '[removed]', !isKept, name)
  }
  assert.equal(kept.tokenId, 't1')
})

test('a large state becomes a bounded entry that says what was left out', () => {
  const { line, parsed } = written(undefined, {
    ...{ id: 'r1', huge: Array.from({ length: 90 }, (_, at) => `device-${at}-${'x'.repeat(80)}`) },
    ...{
      long: 'y'.repeat(100_000),
      many: Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`m${at}`, at])),
    },
  })
  assert.ok(Buffer.byteLength(line) < 6_000)
  const after = parsed.after as Record<string, Json>
  assert.equal(after.id, 'r1')
  assert.match(String(after.huge), /^\[\d+ bytes\]$/)
})

test('a fraction is kept as text, so that every reader reads the same', () => {
  assert.match(written({ share: 0.25 }, { share: 0.5 }).line, /"after":\{"share":"0.5"\}/)
})

test('whatever is given becomes a line that the strict parser reads and that is not too long', () => {
  const text = fc.string({ unit: 'binary', maxLength: 400 })
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 12 }),
      fc.jsonValue(),
      text,
      text,
      (before, after, subject, name) => {
        const { line } = written(before as Json, after as Json, {
          subject,
          actor: { ...ADA, name },
        })
        assert.ok(Buffer.byteLength(line) <= AUDIT_LINE_MAX_BYTES)
      },
    ),
    { numRuns: 300 },
  )
})
