import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aRelease, PRODUCT, SHA256_A, withCode } from '../../../../test/support/signed-messages.ts'
import {
  encodeSlotListing,
  isSlotPath,
  parseSlotListing,
  requireListingOf,
  SLOT_LISTING_NAME,
} from './slot-listing.ts'

const fileAt = (path: string) => ({ path, length: 10, sha256: SHA256_A, executable: false })
const listing = {
  product: PRODUCT,
  version: '1.4.3',
  files: [fileAt('bin/start.js'), fileAt('main.js'), fileAt('node_modules/@a/b+c/_d.js')],
  start: ['node', 'main.js'],
  selfTest: ['node', 'bin/start.js', '--self-test'],
}
const JSON_OF = { format: 'fleetward-slot/1', ...listing }

const read = (json: unknown) => parseSlotListing(new TextEncoder().encode(JSON.stringify(json)))

test('a listing is read as it was written, sorted whatever order it was given', () => {
  const unsorted = { ...listing, files: listing.files.toReversed() }
  assert.deepEqual(parseSlotListing(encodeSlotListing(unsorted)), listing)
})

for (const path of [
  '/etc/passwd',
  '../x',
  'a/../x',
  'a/./x',
  'a//x',
  'a/',
  './a',
  '.',
  '',
  'a\\b',
  'C:x',
  'a\0b',
  'ä',
  'a b',
  '~/x',
  'x'.repeat(256),
  SLOT_LISTING_NAME,
]) {
  test(`a file named ${JSON.stringify(path).slice(0, 30)} never belongs into a slot`, () => {
    const code = path === '' ? 'ARTIFACT_INVALID' : 'ARTIFACT_ENTRY_FORBIDDEN'
    assert.throws(() => read({ ...JSON_OF, files: [fileAt(path)] }), withCode(code))
  })
}

test('dots, plus, at and underscores are ordinary characters', () => {
  for (const path of ['...', '..a', '.env', 'a.b/@c+d_e-f', 'x'.repeat(255)])
    assert.ok(isSlotPath(path))
})

for (const [what, json] of [
  ['another format', { ...JSON_OF, format: 'fleetward-slot/2' }],
  ['a field nobody knows', { ...JSON_OF, hooks: [] }],
  ['no files', { ...JSON_OF, files: [] }],
  ['a file twice', { ...JSON_OF, files: [fileAt('a'), fileAt('a')] }],
  ['files out of order', { ...JSON_OF, files: [fileAt('b'), fileAt('a')] }],
  [
    'a file that is also a folder',
    { ...JSON_OF, files: [fileAt('a'), fileAt('a.b'), fileAt('a/b')] },
  ],
  ['a file without digest', { ...JSON_OF, files: [{ ...fileAt('a'), sha256: '' }] }],
  ['a file with a mode', { ...JSON_OF, files: [{ ...fileAt('a'), mode: 0o4755 }] }],
  ['a negative length', { ...JSON_OF, files: [{ ...fileAt('a'), length: -1 }] }],
  ['no start', { ...JSON_OF, start: [] }],
  ['an empty word in its start', { ...JSON_OF, start: ['node', ''] }],
  ['a NUL in its start', { ...JSON_OF, start: ['node', 'main.js\0'] }],
  ['a start that is one text', { ...JSON_OF, start: 'node main.js' }],
  ['no self-test', { ...JSON_OF, selfTest: undefined }],
] as const) {
  test(`a listing with ${what} is refused`, () =>
    assert.throws(() => read(json), withCode('ARTIFACT_INVALID')))
}

test('a listing of as many files as an artifact may hold is read', () => {
  const files = Array.from({ length: 50_000 }, (_, i) => fileAt(`f${String(i).padStart(5, '0')}`))
  assert.equal(parseSlotListing(encodeSlotListing({ ...listing, files })).files.length, 50_000)
  const oneMore = [...files, fileAt('g')]
  const encode = () => encodeSlotListing({ ...listing, files: oneMore })
  assert.throws(encode, withCode('ARTIFACT_INVALID'))
})

test('a listing belongs to the release of its product, version and size', () => {
  const release = aRelease({ installedSize: 30 })
  requireListingOf(listing, release)
  for (const other of [{ product: 'other' }, { version: '1.4.4' }, { files: [fileAt('a')] }]) {
    const wrong = { ...listing, ...other }
    assert.throws(() => requireListingOf(wrong, release), withCode('ARTIFACT_INVALID'))
  }
})
