/**
 * Manifest override (RFC 9124 MFST.OVERRIDE): whoever took over the director offers a release with other
 * properties than the release keys signed, or takes from the owner what the release grants.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  cohortManifestTopic,
  type Offer,
  ownersBounds,
  requireAgreement,
  signManifest,
} from '@fleetward/shared'
import { ListeningDevice, someParties } from '../support/listening-device.ts'
import {
  aManifest,
  anOffer,
  COHORT,
  NOW,
  PRODUCT,
  SHA256_B,
  verifiedRelease,
  withCode,
} from '../support/signed-messages.ts'

const parties = await someParties()
const signed = anOffer().release
const older = { path: 'security/1.4.1/gateway.tar.gz', version: '1.4.1', securityCounter: 1 }
const releases = [
  verifiedRelease(),
  verifiedRelease({
    ...older,
    line: '1.4',
    chunks: { size: 1_048_576, path: `${older.path}.chunks.json`, sha256: SHA256_B },
    sbom: { path: 'security/1.4.1/sbom.cdx.json', sha256: SHA256_B },
  }),
]

const running: ListeningDevice[] = []
after(() => Promise.all(running.map((device) => device.stop())))

/** What the device refuses when the director offers this. */
async function refusalOf(release: Offer['release']) {
  const device = await ListeningDevice.start({ parties, releases })
  running.push(device)
  const offers = [anOffer({ release })]
  const token = await signManifest(aManifest({ offers }), parties.director)
  await device.receive(cohortManifestTopic(PRODUCT, COHORT), token)
  await device.until(() => device.refusals.length > 0 || device.fetched.length > 0)
  await device.until(() => device.fetched.length > 0 || device.record.state.name === 'idle')
  return { device, refusals: device.refusals }
}

for (const [field, release] of [
  ['length', { ...signed, length: signed.length - 1 }],
  ['sha256', { ...signed, sha256: SHA256_B }],
  ['version', { ...signed, version: '1.4.9' }],
  ['kind', { ...signed, kind: 'functionality' as const }],
  ['security counter', { ...signed, securityCounter: 3 }],
  ['path (an older release under a newer version)', { ...signed, path: older.path }],
] as const) {
  test(`an offer with another ${field} than was signed is refused before a byte is fetched`, async () => {
    const { device, refusals } = await refusalOf(release)
    assert.deepEqual(refusals, [{ what: 'manifest', code: 'MANIFEST_OVERRIDES_RELEASE' }])
    assert.deepEqual(device.fetched, [])
    assert.equal(device.record.state.name, 'idle')
    const report = (await device.reports()).find(({ refused }) => refused !== undefined)
    assert.equal(report?.code, 'MANIFEST_OVERRIDES_RELEASE')
  })
}

test('an offer of something nobody signed is refused', async () => {
  const { device, refusals } = await refusalOf({ ...signed, path: 'security/1.4.3/other.tar.gz' })
  assert.deepEqual(refusals, [{ what: 'metadata', code: 'TARGET_NOT_FOUND' }])
  assert.deepEqual(device.fetched, [])
})

test('every property that both sides name has to agree', () => {
  const [release] = releases
  assert.ok(release !== undefined)
  requireAgreement(anOffer(), release)
  const wrong: Offer['release'] = {
    path: 'x',
    version: '9.9.9',
    kind: 'combined',
    securityCounter: 99,
    length: 1,
    sha256: SHA256_B,
  }
  assert.deepEqual(Object.keys(wrong).toSorted(), Object.keys(signed).toSorted())
  for (const [field, value] of Object.entries(wrong)) {
    const offer = anOffer({ release: { ...signed, [field]: value } })
    assert.throws(
      () => requireAgreement(offer, release),
      (error) => withCode('MANIFEST_OVERRIDES_RELEASE')(error) && String(error).includes(field),
    )
  }
})

// CRA P-055
test('the director shortens neither an owner’s postponement nor the time to a deadline', () => {
  const release = verifiedRelease({ postponeMax: 14 * 86_400, deadlineMin: 86_400 })
  const { policy } = anOffer()
  const greedy = anOffer({ policy: { ...policy, postponeUpTo: 0, deadline: NOW - 1 } })
  assert.deepEqual(ownersBounds(greedy, release, NOW), {
    postponeUpToSeconds: 14 * 86_400,
    deadline: NOW + 86_400,
  })
})

test('an offer that changes while it waits is held against its release again', async () => {
  const device = await ListeningDevice.start({ parties, releases })
  running.push(device)
  const receive = async (seq: number, offer: Offer) => {
    const token = await signManifest(aManifest({ seq, offers: [offer] }), parties.director)
    return device.receive(cohortManifestTopic(PRODUCT, COHORT), token)
  }
  const offer = anOffer()
  await receive(7, { ...offer, policy: { ...offer.policy, apply: 'ask' } })
  await device.until(() => 'waitingFor' in device.record.state)
  await receive(8, { ...offer, release: { ...signed, kind: 'functionality' } })
  await device.until(() => device.refusals.length > 0 || device.fetched.length > 0)
  assert.deepEqual(device.refusals, [{ what: 'manifest', code: 'MANIFEST_OVERRIDES_RELEASE' }])
  assert.deepEqual(device.fetched, [])
})
