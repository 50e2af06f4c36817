import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TrustError } from '../errors.ts'
import { canonicalJson } from '../json/canonical-json.ts'
import type { Json } from '../json/json.ts'
import { KEYS_MAX_COUNT, SIGNATURES_MAX_COUNT } from '../limits.ts'
import type { MetadataType } from './common.ts'
import { METADATA_MAX_BYTES, parseMetadata } from './parse-metadata.ts'

type Document = Record<string, Json>

const KEY: Json = {
  keytype: 'ed25519',
  scheme: 'ed25519',
  keyval: { public: '09'.repeat(32) },
}
const ROLE: Json = { keyids: ['k1'], threshold: 1 }
const SHA256 = 'ab'.repeat(32)
const common = { spec_version: '1.0.34', version: 3, expires: '2027-01-31T12:00:00Z' }

const DOCUMENTS: Record<MetadataType, Document> = {
  root: {
    ...common,
    _type: 'root',
    consistent_snapshot: true,
    keys: { k1: KEY },
    roles: { root: ROLE, timestamp: ROLE, snapshot: ROLE, targets: ROLE },
  },
  timestamp: { ...common, _type: 'timestamp', meta: { 'snapshot.json': { version: 5 } } },
  snapshot: {
    ...common,
    _type: 'snapshot',
    meta: { 'targets.json': { version: 7, length: 9, hashes: { sha256: SHA256 } } },
  },
  targets: {
    ...common,
    _type: 'targets',
    targets: { 'a/b': { length: 4, hashes: { sha256: SHA256 }, custom: { x: 1 } } },
    delegations: {
      keys: { k1: KEY },
      roles: [
        { name: 'security', keyids: ['k1'], threshold: 1, paths: ['a/*'], terminating: true },
      ],
    },
  },
}

const utf8 = new TextEncoder()
const envelope = (signed: Json, signatures: Json = []) =>
  utf8.encode(JSON.stringify({ signatures, signed }))
const parse = (type: MetadataType, changes: Document = {}) =>
  parseMetadata(type, envelope({ ...DOCUMENTS[type], ...changes }))

test('reads root', () => {
  const { signed } = parseMetadata('root', envelope(DOCUMENTS.root))
  assert.equal(signed.version, 3)
  assert.equal(signed.expires.getTime(), Date.UTC(2027, 0, 31, 12))
  assert.equal(signed.consistentSnapshot, true)
  assert.deepEqual([...signed.keys.keys()], ['k1'])
  assert.deepEqual(signed.roles.snapshot, { keyIds: ['k1'], threshold: 1 })
})

test('reads timestamp, snapshot and targets', () => {
  const { signed: timestamp } = parseMetadata('timestamp', envelope(DOCUMENTS.timestamp))
  assert.deepEqual(timestamp.snapshot, { version: 5 })
  const { signed: snapshot } = parseMetadata('snapshot', envelope(DOCUMENTS.snapshot))
  const hashes = new Map([['sha256', SHA256]])
  assert.deepEqual(snapshot.meta.get('targets.json'), { version: 7, length: 9, hashes })
  const { signed: targets } = parseMetadata('targets', envelope(DOCUMENTS.targets))
  assert.deepEqual({ ...(targets.targets.get('a/b')?.custom as object) }, { x: 1 })
  assert.deepEqual(targets.delegations?.roles, [
    {
      name: 'security',
      keyIds: ['k1'],
      threshold: 1,
      scope: { paths: ['a/*'] },
      terminating: true,
    },
  ])
})

test('what is signed is the canonical form with the fields that we do not know', () => {
  const signed: Json = { ...DOCUMENTS.root, 'x-owner': { b: 'é', a: 1 } }
  const bytes = utf8.encode(
    `\n${JSON.stringify({ signed, signatures: [], more: 1 }, undefined, 2)} `,
  )
  const parsed = parseMetadata('root', bytes)
  assert.deepEqual(parsed.signedBytes, canonicalJson(signed))
  assert.equal(parsed.bytes, bytes)
})

test('leaves out consistent_snapshot as false, and terminating too', () => {
  const { consistent_snapshot: _, ...root } = DOCUMENTS.root
  assert.equal(parseMetadata('root', envelope(root)).signed.consistentSnapshot, false)
  const roles = [{ name: 'a', keyids: [], threshold: 1, path_hash_prefixes: ['0f'] }]
  const { signed } = parseMetadata(
    'targets',
    envelope({ ...DOCUMENTS.targets, delegations: { keys: {}, roles } }),
  )
  assert.deepEqual(signed.delegations?.roles[0], {
    name: 'a',
    keyIds: [],
    threshold: 1,
    scope: { pathHashPrefixes: ['0f'] },
    terminating: false,
  })
})

const delegations = (changes: Document): Document => ({
  delegations: {
    keys: {},
    roles: [{ name: 'a', keyids: [], threshold: 1, paths: [], ...changes }],
  },
})
const succinct = (changes: Document): Document => ({
  delegations: {
    keys: {},
    succinct_roles: { keyids: [], threshold: 1, bit_length: 8, name_prefix: 'bin', ...changes },
  },
})

for (const [what, type, changes, field] of [
  ['the type of another role', 'snapshot', { _type: 'timestamp' }, '_type'],
  ['specification 2', 'root', { spec_version: '2.0.0' }, 'spec_version'],
  ['a specification like 1.0.0-beta', 'root', { spec_version: '1.0.0-beta' }, 'spec_version'],
  ['a specification that is a number', 'root', { spec_version: 1 }, 'spec_version'],
  ['version 0', 'timestamp', { version: 0 }, 'version'],
  ['a negative version', 'timestamp', { version: -1 }, 'version'],
  ['a version in quotes', 'timestamp', { version: '3' }, 'version'],
  ['expiry on 31 February', 'root', { expires: '2027-02-31T00:00:00Z' }, 'expires'],
  ['expiry at 24 o’clock', 'root', { expires: '2027-01-31T24:00:00Z' }, 'expires'],
  ['expiry in a leap second', 'root', { expires: '2027-06-30T23:59:60Z' }, 'expires'],
  ['expiry with fractions', 'root', { expires: '2027-01-31T12:00:00.000Z' }, 'expires'],
  ['expiry in another time zone', 'root', { expires: '2027-01-31T12:00:00+01:00' }, 'expires'],
  ['expiry of garbage, which would never expire', 'root', { expires: 'garbage' }, 'expires'],
  ['an empty expiry', 'root', { expires: '' }, 'expires'],
  ['expiry in the year 10000', 'root', { expires: '+010000-01-01T00:00:00Z' }, 'expires'],
  ['expiry in month 13', 'root', { expires: '2030-13-45T99:99:99Z' }, 'expires'],
  ['a line feed after the expiry', 'root', { expires: '2027-01-31T12:00:00Z\n' }, 'expires'],
  ['keys in a list', 'root', { keys: [] }, 'keys'],
  ['no roles', 'root', { roles: {} }, 'roles.root'],
  ['consistent_snapshot in quotes', 'root', { consistent_snapshot: 'true' }, 'consistent_snapshot'],
  ['no snapshot in the timestamp', 'timestamp', { meta: {} }, 'meta'],
  [
    'a timestamp for the snapshot’s version 0',
    'timestamp',
    { meta: { 'snapshot.json': { version: 0 } } },
    'meta.snapshot.json.version',
  ],
  ['a file without version', 'snapshot', { meta: { 'a.json': {} } }, 'meta.a.json.version'],
  ['a negative length', 'snapshot', { meta: { a: { version: 1, length: -1 } } }, 'meta.a.length'],
  [
    'no hash, which would always agree',
    'snapshot',
    { meta: { a: { version: 1, hashes: {} } } },
    'meta.a.hashes',
  ],
  [
    'a hash that is a number',
    'snapshot',
    { meta: { a: { version: 1, hashes: { sha256: 1 } } } },
    'meta.a.hashes.sha256',
  ],
  ['a target without hashes', 'targets', { targets: { a: { length: 1 } } }, 'targets.a.hashes'],
  [
    'a target with no hash',
    'targets',
    { targets: { a: { length: 1, hashes: {} } } },
    'targets.a.hashes',
  ],
  [
    'a target without length',
    'targets',
    { targets: { a: { hashes: { sha256: SHA256 } } } },
    'targets.a.length',
  ],
  [
    'custom that is no object',
    'targets',
    { targets: { a: { length: 1, hashes: { sha256: SHA256 }, custom: [] } } },
    'targets.a.custom',
  ],
  ['delegations that are no object', 'targets', { delegations: null }, 'delegations'],
  ['neither roles nor bins', 'targets', { delegations: { keys: {} } }, 'delegations'],
  [
    'a delegated role called root',
    'targets',
    delegations({ name: 'root' }),
    'delegations.roles[0].name',
  ],
  [
    'a delegated role called targets',
    'targets',
    delegations({ name: 'targets' }),
    'delegations.roles[0].name',
  ],
  [
    'a delegated role without name',
    'targets',
    delegations({ name: '' }),
    'delegations.roles[0].name',
  ],
  ['threshold 0', 'targets', delegations({ threshold: 0 }), 'delegations.roles[0].threshold'],
  [
    'a negative threshold',
    'targets',
    delegations({ threshold: -1 }),
    'delegations.roles[0].threshold',
  ],
  [
    'a threshold in quotes',
    'targets',
    delegations({ threshold: '1' }),
    'delegations.roles[0].threshold',
  ],
  [
    'the same key id twice',
    'targets',
    delegations({ keyids: ['a', 'a'] }),
    'delegations.roles[0].keyids',
  ],
  [
    'paths and prefixes at once',
    'targets',
    delegations({ path_hash_prefixes: ['a'] }),
    'delegations.roles[0]',
  ],
  ['paths that are a string', 'targets', delegations({ paths: '*' }), 'delegations.roles[0].paths'],
  [
    'terminating in quotes',
    'targets',
    delegations({ terminating: 'no' }),
    'delegations.roles[0].terminating',
  ],
  ['2^0 bins', 'targets', succinct({ bit_length: 0 }), 'delegations.succinct_roles.bit_length'],
  ['2^33 bins', 'targets', succinct({ bit_length: 33 }), 'delegations.succinct_roles.bit_length'],
  [
    'bins without name',
    'targets',
    succinct({ name_prefix: 1 }),
    'delegations.succinct_roles.name_prefix',
  ],
] as [string, MetadataType, Document, string][]) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => parse(type, changes),
      (error) => {
        assert.ok(error instanceof TrustError)
        assert.deepEqual([error.code, error.facts.field], ['METADATA_INVALID', field])
        return true
      },
    )
  })
}

test('refuses an empty prefix of hashes, which would be that of every path', () => {
  const roles = [{ name: 'a', keyids: [], threshold: 1, path_hash_prefixes: [''] }]
  assert.throws(() => parse('targets', { delegations: { keys: {}, roles } }), {
    code: 'METADATA_INVALID',
  })
})

test('refuses two delegated roles of one name', () => {
  const role = { name: 'a', keyids: [], threshold: 1, paths: [] }
  assert.throws(() => parse('targets', { delegations: { keys: {}, roles: [role, role] } }), {
    code: 'METADATA_INVALID',
  })
})

for (const [type, document] of Object.entries(DOCUMENTS) as [MetadataType, Document][]) {
  for (const field of Object.keys(document)) {
    const isOptional = field === 'consistent_snapshot' || field === 'delegations'
    test(`${type} ${isOptional ? 'may' : 'must not'} lack ${field}`, () => {
      const { [field]: _, ...rest } = document
      if (isOptional) parseMetadata(type, envelope(rest))
      else assert.throws(() => parseMetadata(type, envelope(rest)), { code: 'METADATA_INVALID' })
    })
  }
}

test('a threshold above the number of keys is for the role itself to fail with', () => {
  const roles = {
    ...(DOCUMENTS.root.roles as Document),
    snapshot: { keyids: ['k1'], threshold: 2 },
  }
  assert.equal(parse('root', { roles }).signed.version, 3)
})

test('a key of an unknown kind is skipped, a bad key of a known kind refuses the file', () => {
  const { signed } = parseMetadata(
    'root',
    envelope({ ...DOCUMENTS.root, keys: { k1: KEY, k2: { ...(KEY as object), scheme: 'new' } } }),
  )
  assert.deepEqual([...signed.keys.keys()], ['k1'])
  const identity = { ...(KEY as object), keyval: { public: `01${'00'.repeat(31)}` } }
  assert.throws(() => parse('root', { keys: { k1: KEY, 'a/../b': identity } }), {
    code: 'KEY_INVALID',
    facts: { kind: 'ed25519', why: 'small order', field: 'keys.a/../b' },
  })
})

test('names of roles, targets and keys may be those of Object’s own properties', () => {
  const name = 'toString'
  const file = { length: 1, hashes: { sha256: SHA256 } }
  const { signed } = parseMetadata(
    'targets',
    envelope({ ...DOCUMENTS.targets, targets: { [name]: file } }),
  )
  assert.equal(signed.targets.get(name)?.length, 1)
  assert.equal(signed.targets.get('valueOf'), undefined)
})

const signature = (keyid: string): Json => ({ keyid, sig: '' })
const signedBy = (signatures: Json) => () =>
  parseMetadata('root', envelope(DOCUMENTS.root, signatures))

test('a signature may be any text; it is judged when it is counted', () => {
  const { signatures } = signedBy([signature('a'), { keyid: '', sig: 'no hex' }])()
  assert.deepEqual(signatures, [
    { keyId: 'a', signature: '' },
    { keyId: '', signature: 'no hex' },
  ])
})

for (const [what, signatures] of [
  ['two signatures under one key id', [signature('a'), signature('a')]],
  ['signatures that are no list', {}],
  ['a signature without key id', [{ sig: '' }]],
  ['a signature that is no text', [{ keyid: 'a', sig: null }]],
  [
    'too many signatures',
    Array.from({ length: SIGNATURES_MAX_COUNT + 1 }, (_, i) => signature(`${i}`)),
  ],
] as [string, Json][]) {
  test(`refuses ${what}`, () => {
    assert.throws(signedBy(signatures), { code: 'METADATA_INVALID' })
  })
}

test('refuses too many keys', () => {
  const entries = Array.from({ length: KEYS_MAX_COUNT + 1 }, (_, i) => [`k${i}`, KEY])
  assert.throws(() => parse('root', { keys: Object.fromEntries(entries) }), {
    code: 'METADATA_INVALID',
  })
})

for (const [what, text] of [
  ['no object', '[]'],
  ['an object without signed', '{"signatures":[]}'],
  ['an object without signatures', '{"signed":{}}'],
  ['null', 'null'],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => parseMetadata('root', utf8.encode(text)), { code: 'METADATA_INVALID' })
  })
}

for (const type of Object.keys(DOCUMENTS) as MetadataType[]) {
  test(`reads ${type} up to its limit, not one byte further; a caller may raise it`, () => {
    const limit = METADATA_MAX_BYTES[type]
    const padded = new Uint8Array(limit + 1).fill(0x20)
    padded.set(envelope(DOCUMENTS[type]))
    parseMetadata(type, padded.subarray(0, limit))
    assert.throws(() => parseMetadata(type, padded), {
      code: 'LENGTH_EXCEEDED',
      facts: { limit, length: limit + 1 },
    })
    parseMetadata(type, padded, limit + 1)
  })
}

test('whatever JSON arrives, nothing but a TrustError is thrown', () => {
  const field = fc.constantFrom(...Object.keys(DOCUMENTS.root), ...Object.keys(DOCUMENTS.targets))
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(DOCUMENTS) as MetadataType[])),
      fc.dictionary(field, fc.jsonValue(), { noNullPrototype: true }),
      (type, changes) => {
        try {
          parse(type, changes as Document)
        } catch (error) {
          assert.ok(error instanceof TrustError, String(error))
        }
      },
    ),
    { numRuns: 1000 },
  )
})
