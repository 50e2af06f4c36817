import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aRelease,
  PRODUCT,
  SHA256_A,
  SHA256_B,
  targetFileOf,
  verifiedRelease,
  withCode,
} from '../../../../test/support/signed-messages.ts'
import type { JsonObject } from '../json/json.ts'
import { type Release, requireRelease } from './release.ts'
import { parseReleasePath, releaseFolder } from './release-path.ts'
import { requireSuitable } from './suitable.ts'

test('a release is read as it was signed', () => {
  for (const release of [
    aRelease(),
    aRelease({ kind: 'combined', combinedReason: 'One driver does both.' }),
    aRelease({ minimumVersion: '1.2.0', base: '1.4.2', notes: '', fixes: [], advisories: [] }),
    aRelease({ sha512: 'f'.repeat(128) }),
  ]) {
    const file = targetFileOf(release)
    const hashes = new Map(file.hashes)
    if (release.sha512 !== undefined) hashes.set('sha512', release.sha512)
    assert.deepEqual(requireRelease({ ...file, hashes }, PRODUCT), release)
  }
})

const chunks = { ...aRelease().chunks }
for (const [what, custom] of [
  ['a field nobody knows', { deltaFrom: '1.4.2' }],
  ['no product', { product: undefined }],
  [
    'another version than its path',
    { version: '1.4.4', sbom: { path: 'security/1.4.4/sbom.cdx.json', sha256: SHA256_B } },
  ],
  ['another line than its version', { line: '1.5' }],
  ['the kind of the other role', { kind: 'functionality' }],
  ['a kind nobody knows', { kind: 'feature' }],
  ['kind combined without a reason', { kind: 'combined' }],
  ['a reason without kind combined', { combinedReason: 'because' }],
  ['security counter 0', { securityCounter: 0 }],
  ['no security counter', { securityCounter: undefined }],
  ['nothing it is compatible with', { compatible: [] }],
  ['17 words of compatible', { compatible: Array(17).fill('x') }],
  ['compatible as one text', { compatible: 'lumen-g1' }],
  ['no installer', { installer: undefined }],
  ['no format', { format: undefined }],
  ['chunks below 64 KiB', { chunks: { ...chunks, size: 65_535 } }],
  ['chunks above 8 MiB', { chunks: { ...chunks, size: 8 * 2 ** 20 + 1 } }],
  [
    'the chunk list of another artifact',
    { chunks: { ...chunks, path: 'security/1.4.3/b.chunks.json' } },
  ],
  ['a chunk list without digest', { chunks: { ...chunks, sha256: '' } }],
  ['no chunk list', { chunks: undefined }],
  ['an SBOM elsewhere', { sbom: { path: 'security/1.4.2/sbom.json', sha256: SHA256_B } }],
  ['itself as SBOM', { sbom: { path: aRelease().path, sha256: SHA256_B } }],
  // CRA P-109
  ['no SBOM', { sbom: undefined }],
  ['a fix that is no CVE id', { fixes: ['GHSA-1'] }],
  ['notes of 2,001 characters', { notes: 'ü'.repeat(2001) }],
  ['a negative postponement', { postponeMax: -1 }],
  ['no least time to a deadline', { deadlineMin: undefined }],
  ['no moment of release', { releasedAt: undefined }],
  ['a version to update from that is none', { minimumVersion: '1' }],
] as const) {
  test(`a release with ${what} is refused`, () => {
    const file = targetFileOf(aRelease(), custom as unknown as JsonObject)
    assert.throws(() => requireRelease(file, PRODUCT), withCode('RELEASE_INVALID'))
  })
}

test('a target file that is no artifact of a release is refused', () => {
  const file = targetFileOf(aRelease())
  for (const changes of [
    { custom: undefined },
    { custom: { other: {} } },
    { path: 'trust/director.jwks' },
    { path: 'security/1.4.3/../gateway.tar.gz' },
    { path: 'functionality/1.4.3/gateway.tar.gz' },
    { path: 'security/1.4.3/.hidden' },
    { path: `security/1.4.3/${'a'.repeat(151)}` },
    { length: 0 },
    { length: 2 ** 36 + 1 },
    { hashes: new Map() },
    { hashes: new Map([['sha256', '']]) },
    { hashes: new Map([['sha512', 'f'.repeat(128)]]) },
    {
      hashes: new Map([
        ['sha256', SHA256_A],
        ['sha512', 'f'],
      ]),
    },
  ]) {
    const wrong = { ...file, ...changes } as typeof file
    assert.throws(() => requireRelease(wrong, PRODUCT), withCode('RELEASE_INVALID'))
  }
})

test('a release of another product is refused by its own code', () => {
  const file = targetFileOf(aRelease({ product: 'lumen-hub' }))
  assert.throws(() => requireRelease(file, PRODUCT), withCode('RELEASE_FOR_OTHER_PRODUCT'))
})

// CRA P-114
test('a combined release lies with the security releases', () => {
  assert.equal(releaseFolder('combined', '1.4.3'), 'security/1.4.3')
  assert.equal(releaseFolder('functionality', '1.5.0'), 'functionality/1.5.0')
  assert.deepEqual(parseReleasePath('functionality/1.5.0/a.tar.zst'), {
    role: 'functionality',
    version: '1.5.0',
    file: 'a.tar.zst',
  })
})

const device = { compatible: 'lumen-g1', securityCounter: 2, version: '1.4.2' }

for (const [what, release, code] of [
  ['for other devices', { compatible: ['lumen-g2', 'lumen-g10'] }, 'RELEASE_INCOMPATIBLE'],
  ['below the counter', { securityCounter: 1 }, 'SECURITY_COUNTER_DECREASED'],
  ['for newer devices', { minimumVersion: '1.4.3' }, 'RELEASE_NEEDS_NEWER_VERSION'],
  ['of an unknown format', { format: 'tar' }, 'RELEASE_FORMAT_UNSUPPORTED'],
  ['of an unknown installer', { installer: 'raw-image' }, 'RELEASE_FORMAT_UNSUPPORTED'],
  ['in a format of another installer', { format: 'raw.zst' }, 'RELEASE_FORMAT_UNSUPPORTED'],
  ['of a format in place of an installer', { installer: 'tar.gz' }, 'RELEASE_FORMAT_UNSUPPORTED'],
] satisfies [string, Partial<Release>, string][]) {
  test(`a device refuses a release ${what}`, () =>
    assert.throws(() => requireSuitable(verifiedRelease(release), device), withCode(code)))
}

test('a device takes what fits it exactly', () => {
  requireSuitable(verifiedRelease({ securityCounter: 2, minimumVersion: '1.4.2' }), device)
  requireSuitable(verifiedRelease({ compatible: ['other', 'lumen-g1'], format: 'tar.zst' }), device)
  const imaged = { ...device, installers: ['raw-image'] } as const
  requireSuitable(verifiedRelease({ installer: 'raw-image', format: 'raw.zst' }), imaged)
})
