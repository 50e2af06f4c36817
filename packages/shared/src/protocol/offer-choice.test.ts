import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aManifest, anOffer, DEVICE, NOW } from '../../../../test/support/signed-messages.ts'
import type { Manifest } from './manifest.ts'
import type { Offer } from './offer.ts'
import { chooseOffer, standingOf } from './offer-choice.ts'

const chooser = { device: DEVICE, version: '1.4.2', failed: [], now: NOW }

function offerOf(version: string, kind: Offer['release']['kind'], rollout = `r-${version}`): Offer {
  const path = `${kind === 'functionality' ? kind : 'security'}/${version.replaceAll('-', '.')}/a`
  return anOffer({ rollout, release: { ...anOffer().release, path, version, kind } })
}

const cohort = (...offers: Manifest['offers']) => ({ cohort: aManifest({ offers }) })
const versionOf = (offer: Offer | undefined) => offer?.release.version

const fix = offerOf('1.4.3', 'security')
const feature = offerOf('1.5.0', 'functionality')
const older = offerOf('1.3.9', 'security')

for (const [what, offers, expected] of [
  ['nothing from an empty manifest', [], undefined],
  ['security before functionality', [feature, fix], '1.4.3'],
  ['the highest version of one kind', [fix, offerOf('1.4.10', 'security'), fix], '1.4.10'],
  ['a combined release among the security ones', [feature, offerOf('1.4.4', 'combined')], '1.4.4'],
  ['nothing that runs already', [offerOf('1.4.2', 'security')], undefined],
  ['nothing older', [offerOf('1.3.9', 'security')], undefined],
  ['what is older where it replaces exactly what runs', [{ ...older, replaces: '1.4.2' }], '1.3.9'],
  ['nothing older that replaces another version', [{ ...older, replaces: '1.4.1' }], undefined],
  ['nothing withdrawn', [{ rollout: 'r', withdrawn: true, release: fix.release }], undefined],
  ['nothing outside its share', [{ ...fix, share: { salt: 's', upTo: 0 } }, feature], '1.5.0'],
] as const) {
  test(`a device takes ${what}`, () =>
    assert.equal(versionOf(chooseOffer(cohort(...offers), chooser)), expected))
}

test('a manifest for the device replaces the cohort’s, even when it offers nothing', () => {
  const own = aManifest({ offers: [feature] })
  assert.equal(versionOf(chooseOffer({ ...cohort(fix), device: own }, chooser)), '1.5.0')
  const nothing = aManifest({ offers: [] })
  assert.equal(chooseOffer({ ...cohort(fix), device: nothing }, chooser), undefined)
})

test('a manifest that expired while it was held counts no more', () => {
  const expired = aManifest({ offers: [feature], exp: NOW })
  assert.equal(versionOf(chooseOffer({ ...cohort(fix), device: expired }, chooser)), '1.4.3')
  assert.equal(chooseOffer({ cohort: aManifest({ exp: NOW }) }, chooser), undefined)
})

test('a failed offer is taken again only as another attempt, rollout or artifact', () => {
  const { path, sha256 } = fix.release
  const failed = [{ rollout: fix.rollout, path, sha256, attempt: 2 }]
  const take = (offer: Offer) => chooseOffer(cohort(offer), { ...chooser, failed })
  assert.equal(take({ ...fix, attempt: 1 }), undefined)
  assert.equal(take({ ...fix, attempt: 2 }), undefined)
  assert.ok(take({ ...fix, attempt: 3 }))
  assert.ok(take({ ...fix, rollout: 'another', attempt: 1 }))
  assert.ok(take({ ...fix, release: { ...fix.release, sha256: 'c'.repeat(64) } }))
})

test('a failed offer does not stand in the way of the next best', () => {
  const { path, sha256 } = fix.release
  const failed = [{ rollout: fix.rollout, path, sha256, attempt: 1 }]
  assert.equal(versionOf(chooseOffer(cohort(fix, feature), { ...chooser, failed })), '1.5.0')
})

test('a device at work learns whether its offer still stands', () => {
  const gone = { rollout: fix.rollout, withdrawn: true, release: fix.release } as const
  assert.equal(standingOf(fix, cohort(fix), NOW), 'offered')
  assert.equal(standingOf(fix, cohort({ ...fix, attempt: 2 }), NOW), 'offered')
  assert.equal(standingOf(fix, cohort(gone), NOW), 'withdrawn')
  assert.equal(standingOf(fix, cohort(gone, fix), NOW), 'withdrawn')
  assert.equal(standingOf(fix, cohort(feature), NOW), 'absent')
  assert.equal(standingOf(fix, cohort({ ...gone, rollout: 'another' }), NOW), 'absent')
})
