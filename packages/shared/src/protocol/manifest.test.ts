import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aManifest,
  anOffer,
  COHORT,
  ed25519Signer,
  forge,
  keySetOf,
  manifestHeader,
  NOW,
  PRODUCT,
  withCode,
} from '../../../../test/support/signed-messages.ts'
import type { Json } from '../json/json.ts'
import { acceptSequence, signManifest, verifyManifest } from './manifest.ts'
import { cohortAudience } from './parties.ts'
import { tokenDigest } from './token.ts'

const director = await ed25519Signer()
const keys = await keySetOf(director)
const expected = { keys, product: PRODUCT, audience: cohortAudience(PRODUCT, COHORT), now: NOW }

/** Signed by the director's own key: what a faulty or taken-over server could send. */
const signAnything = (claims: unknown) =>
  forge(manifestHeader(director), claims as Json, director.key)

const refuses = async (claims: unknown, code: string) =>
  assert.rejects(verifyManifest(await signAnything(claims), expected), withCode(code))

test('a manifest reaches the device as the director meant it', async () => {
  const manifest = aManifest({
    offers: [
      anOffer({
        policy: {
          apply: 'ask',
          notBefore: NOW,
          deadline: NOW + 1,
          postponeUpTo: 60,
          spread: 1,
          retryAfter: 2,
          window: { weekdays: [1, 7], from: '22:00', to: '04:30' },
        },
        replaces: '1.4.4',
        notice: {
          summary: 'Größer',
          severity: 'none',
          advisories: [],
          url: 'https://example.org/a?b#c',
        },
      }),
      { rollout: 'gone', withdrawn: true, release: anOffer().release },
    ],
  })
  assert.deepEqual(await verifyManifest(await signManifest(manifest, director), expected), manifest)
})

test('an unknown claim is ignored, so that servers may grow', async () => {
  const token = await signAnything({ ...aManifest(), later: { any: [1] } })
  assert.deepEqual(await verifyManifest(token, expected), aManifest())
})

for (const [claim, wrong, code] of [
  ['iss', 'fleetward:other:director', 'TOKEN_ISSUER_WRONG'],
  ['iss', `fleetward:${PRODUCT}:commands`, 'TOKEN_ISSUER_WRONG'],
  ['iss', undefined, 'MANIFEST_INVALID'],
  ['aud', `${PRODUCT}/cohorts/other`, 'TOKEN_AUDIENCE_WRONG'],
  ['aud', `${PRODUCT}/devices/${COHORT}`, 'TOKEN_AUDIENCE_WRONG'],
  ['aud', [cohortAudience(PRODUCT, COHORT)], 'MANIFEST_INVALID'],
  ['aud', undefined, 'MANIFEST_INVALID'],
  ['iat', NOW + 301, 'TOKEN_NOT_YET_VALID'],
  ['iat', undefined, 'MANIFEST_INVALID'],
  ['iat', String(NOW), 'MANIFEST_INVALID'],
  ['exp', NOW, 'MANIFEST_INVALID'],
  ['exp', NOW + 24 * 3600 + 1, 'MANIFEST_INVALID'],
  ['exp', undefined, 'MANIFEST_INVALID'],
  ['seq', 0, 'MANIFEST_INVALID'],
  ['seq', -1, 'MANIFEST_INVALID'],
  ['seq', 'seven', 'MANIFEST_INVALID'],
  ['seq', undefined, 'MANIFEST_INVALID'],
  ['offers', undefined, 'MANIFEST_INVALID'],
  ['offers', {}, 'MANIFEST_INVALID'],
  ['offers', [null], 'MANIFEST_INVALID'],
  ['offers', Array(5).fill({ ...anOffer() }), 'MANIFEST_INVALID'],
] as const) {
  const shown = JSON.stringify(wrong)?.slice(0, 50) ?? 'nothing'
  test(`a manifest with ${shown} as ${claim} is refused`, () =>
    refuses({ ...aManifest(), [claim]: wrong }, code))
}

test('a manifest is over the second it expires', async () => {
  const token = await signManifest(aManifest(), director)
  const { exp } = aManifest()
  await verifyManifest(token, { ...expected, now: exp - 1 })
  await assert.rejects(verifyManifest(token, { ...expected, now: exp }), withCode('TOKEN_EXPIRED'))
})

const offer = anOffer()
for (const [what, wrong] of [
  ['an unknown field', { ...offer, priority: 1 }],
  ['no attempt', { ...offer, attempt: undefined }],
  ['attempt 0', { ...offer, attempt: 0 }],
  ['a rollout that is no name', { ...offer, rollout: '../x' }],
  ['a share above all', { ...offer, share: { salt: 's', upTo: 10_001 } }],
  ['a share without salt', { ...offer, share: { upTo: 1 } }],
  ['a share with an empty salt', { ...offer, share: { salt: '', upTo: 1 } }],
  ['a field too many in its share', { ...offer, share: { ...offer.share, from: 1 } }],
  ['a version that is none', { ...offer, release: { ...offer.release, version: '1.4' } }],
  ['a kind that is none', { ...offer, release: { ...offer.release, kind: 'feature' } }],
  ['security counter 0', { ...offer, release: { ...offer.release, securityCounter: 0 } }],
  ['a length above 64 GiB', { ...offer, release: { ...offer.release, length: 2 ** 36 + 1 } }],
  ['a digest in capitals', { ...offer, release: { ...offer.release, sha256: 'A'.repeat(64) } }],
  ['an empty digest', { ...offer, release: { ...offer.release, sha256: '' } }],
  ['no digest', { ...offer, release: { ...offer.release, sha256: undefined } }],
  ['a field too many in its release', { ...offer, release: { ...offer.release, url: 'x' } }],
  ['a policy nobody knows', { ...offer, policy: { ...offer.policy, apply: 'force' } }],
  ['a spread of eleven years', { ...offer, policy: { ...offer.policy, spread: 11 * 31_536_000 } }],
  ['a negative pause', { ...offer, policy: { ...offer.policy, retryAfter: -1 } }],
  [
    'a window without weekdays',
    { ...offer, policy: { ...offer.policy, window: { weekdays: [], from: '01:00', to: '02:00' } } },
  ],
  [
    'a window of no length',
    {
      ...offer,
      policy: { ...offer.policy, window: { weekdays: [1], from: '01:00', to: '01:00' } },
    },
  ],
  [
    'a window that names a time zone',
    {
      ...offer,
      policy: {
        ...offer.policy,
        window: { weekdays: [1], from: '01:00', to: '02:00', timeZone: 'UTC' },
      },
    },
  ],
  ['a version that is none to replace', { ...offer, replaces: '1.4' }],
  ['a field too many in its policy', { ...offer, policy: { ...offer.policy, silent: true } }],
  ['a severity nobody knows', { ...offer, notice: { ...offer.notice, severity: 'urgent' } }],
  [
    'a summary of 401 bytes',
    { ...offer, notice: { ...offer.notice, summary: `${'ü'.repeat(200)}x` } },
  ],
  ['11 advisories', { ...offer, notice: { ...offer.notice, advisories: Array(11).fill('A') } }],
  [
    'a link that runs a script',
    { ...offer, notice: { ...offer.notice, url: 'javascript:alert(1)' } },
  ],
  [
    'a link with a name in front',
    { ...offer, notice: { ...offer.notice, url: 'https://a@b.org/' } },
  ],
  ['a field too many in its notice', { ...offer, notice: { ...offer.notice, html: '' } }],
  ['withdrawn: false', { rollout: 'r', withdrawn: false, release: offer.release }],
  ['withdrawn and a policy', { ...offer, withdrawn: true }],
] as const) {
  test(`an offer with ${what} refuses the whole manifest`, () =>
    refuses({ ...aManifest(), offers: [offer, wrong] }, 'MANIFEST_INVALID'))
}

test('the server does not sign what devices would refuse', async () => {
  const tooLong = aManifest({ exp: NOW + 24 * 3600 + 1 })
  await assert.rejects(signManifest(tooLong, director), withCode('MANIFEST_INVALID'))
  const notice = { summary: '\\'.repeat(400), severity: 'low', advisories: [] } as const
  const large = anOffer({ notice: { ...notice, advisories: Array(10).fill('A'.repeat(64)) } })
  const full = aManifest({ offers: [large, large, large, large] })
  await assert.rejects(signManifest(full, director), withCode('TOKEN_TOO_LONG'))
})

test('of one topic only newer manifests count, and a redelivery is no replay', async () => {
  const token = await signManifest(aManifest({ seq: 7 }), director)
  const last = { seq: 7, digest: tokenDigest(token) }
  assert.equal(acceptSequence(undefined, token, 7), 'new')
  assert.equal(acceptSequence(last, token, 8), 'new')
  assert.equal(acceptSequence(last, token, 7), 'redelivery')
  const other = await signManifest(aManifest({ seq: 7, offers: [] }), director)
  assert.throws(() => acceptSequence(last, other, 7), withCode('SEQUENCE_CONFLICT'))
  assert.throws(() => acceptSequence(last, token, 6), withCode('SEQUENCE_REPLAYED'))
})
