/** The gate holds back publishing. CRA P-036, P-037, P-015 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRODUCT } from '../support/desk.ts'
import { aRelease, importFresh, importKevBefore, publishing, withParts } from '../support/gated.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { signedIn, storesOf } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { type Answer, TestServer } from '../support/test-server.ts'

const NO_REVIEW = { riskAssessment: false }
const codes = ({ body }: Answer) => [
  ...new Set(body.reasons?.map(({ code }: { code: string }) => code)),
]

test('a new product holds back what nobody could look up, with all reasons', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product({})
  const refused = await publishing(server, desk, 1, aRelease('1.4.3'))
  assert.deepEqual([refused.status, refused.body.code], [409, 'GATE_CLOSED'])
  assert.deepEqual(codes(refused), ['FEED_MISSING', 'RISK_ASSESSMENT_MISSING'])
  assert.deepEqual((await server.of('GET', '/releases')).body, [])
  assert.equal(await server.metadata('1.security.json'), undefined)
  const [kept] = (await server.of('GET', '/releases/1.4.3/gate')).body
  assert.equal(kept.isOpen, false)
})

test('a stale feed holds back, a fresh one lets through, and the result is kept with the release', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product(NO_REVIEW)
  await importFresh(server, 'osv', 'kev')
  server.clock.at = new Date(server.clock.at.getTime() + 4 * 86_400_000)
  const release = aRelease('1.4.3')
  const stale = await publishing(server, desk, 1, release)
  assert.deepEqual(codes(stale), ['FEED_NOT_FRESH'])
  assert.match(stale.body.reasons[0].sentence, /imported 4 days ago, and 3 days are allowed/)
  await server.stop()
  await server.start()
  await server.tick()
  assert.deepEqual((await server.of('GET', '/releases')).body, [], 'it waits for somebody who asks')
  await importFresh(server, 'osv', 'kev')
  const open = await publishing(server, desk, 1, release)
  assert.deepEqual([open.status, open.body], [200, { role: 'security', version: 1 }])
  const results = (await server.of('GET', '/releases/1.4.3/gate')).body
  assert.deepEqual(
    results.map(({ isOpen }: { isOpen: boolean }) => isOpen),
    [true, false],
  )
  assert.equal(results[0].feeds.length, 2)
})

test('what is exploited or unanswered holds back, before and after the feed says so', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product(NO_REVIEW)
  await importFresh(server, 'osv')
  await importKevBefore(server)
  const unanswered = await publishing(server, desk, 1, aRelease('1.4.2'))
  assert.deepEqual(codes(unanswered), ['UNANSWERED'])
  const { finding } = unanswered.body.reasons[0]
  await importFresh(server, 'kev')
  const exploited = await publishing(server, desk, 1, aRelease('1.4.2'))
  assert.deepEqual(codes(exploited), ['EXPLOITED'])
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const said = { status: 'not_affected', justification: 'vulnerable_code_not_present' }
  const path = `/products/${PRODUCT}/findings/${finding}/decide`
  assert.equal((await officer.call('POST', path, said, { 'if-match': '"0"' })).status, 200)
  assert.equal((await publishing(server, desk, 1, aRelease('1.4.2'))).status, 200)
})

test('of several releases in one upload none goes out when one is held back', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product(NO_REVIEW)
  await importFresh(server, 'osv', 'kev')
  const both = await publishing(server, desk, 1, aRelease('1.4.3'), aRelease('1.4.2'))
  assert.equal(both.body.facts.versions, '1.4.2')
  assert.deepEqual((await server.of('GET', '/releases')).body, [])
  assert.equal((await publishing(server, desk, 2, aRelease('1.4.3'))).status, 200)
  // What waited is no longer part of anything.
  assert.deepEqual((await server.of('GET', '/findings')).body, [])
})

test('a version that waits with another SBOM is matched anew', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product(NO_REVIEW)
  await importFresh(server, 'osv', 'kev')
  const hiding = aRelease('1.4.3')
  server.clock.at = new Date(server.clock.at.getTime() + 4 * 86_400_000)
  assert.deepEqual(codes(await publishing(server, desk, 1, hiding)), ['FEED_NOT_FRESH'])
  await importFresh(server, 'osv', 'kev')
  const worse = { ...hiding, sbom: gatewaySbom('5.2.5').text }
  assert.deepEqual(codes(await publishing(server, desk, 1, worse)), ['EXPLOITED'])
  assert.equal((await publishing(server, desk, 1, hiding)).status, 200)
})

test('a security release may change only what it fixes', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const base = aRelease('1.4.2')
  assert.equal((await publishing(server, desk, 1, base)).status, 200)
  await importFresh(server, 'osv', 'kev')
  const policy = { mode: 'enforced', ...NO_REVIEW, reason: 'it is in use' }
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const path = `/products/${PRODUCT}/gate-policy`
  assert.equal((await officer.call('POST', path, policy, { 'if-match': '"1"' })).status, 200)
  const sbom = withParts(gatewaySbom('1.4.3').text, { name: 'is-odd', version: '3.0.1' })
  const refused = await publishing(server, desk, 2, base, aRelease('1.4.3', { sbom }))
  assert.deepEqual(codes(refused), ['MORE_THAN_FIXES'])
  assert.match(refused.body.reasons[0].sentence, /is-odd \(added 3\.0\.1\).*combined/)
  const unnamed = aRelease('1.4.3', { fixes: [] })
  assert.deepEqual(codes(await publishing(server, desk, 2, base, unnamed)), ['MORE_THAN_FIXES'])
  const nowhere = aRelease('1.4.3', { base: '1.4.1' })
  assert.deepEqual(codes(await publishing(server, desk, 2, base, nowhere)), ['BASE_MISSING'])
  const fixing = aRelease('1.4.3', { base: '1.4.2' })
  assert.equal((await publishing(server, desk, 2, base, fixing)).status, 200)
  const extra = aRelease('1.5.0', { kind: 'functionality', sbom: sbom.replace('1.4.3', '1.5.0') })
  assert.equal((await publishing(server, desk, 1, extra)).status, 200)
})

// CRA P-130
test('a fix that devices reach over a release behind an entitlement alone is held back, and nobody waives that', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product(NO_REVIEW)
  await importFresh(server, 'osv', 'kev')
  const paid = aRelease('1.5.0', { kind: 'functionality', sbom: gatewaySbom('1.4.3').text })
  assert.equal((await publishing(server, desk, 1, paid)).status, 200)
  const behind = (entitlement: string | null) =>
    server.of('POST', '/releases/1.5.0/entitlement', { entitlement })
  assert.equal((await behind('plus')).status, 200)
  const fix = aRelease('1.5.1', { minimumVersion: '1.5.0', sbom: gatewaySbom('1.4.3').text })
  const refused = await publishing(server, desk, 1, fix)
  assert.deepEqual(codes(refused), ['FIX_BEHIND_ENTITLEMENT'])
  assert.match(refused.body.reasons[0].sentence, /over 1\.5\.0 alone.* entitlement plus/)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const waiver = { version: '1.5.1', code: 'FIX_BEHIND_ENTITLEMENT', about: '1.5.0', reason: 'x' }
  const until = server.clock.at.getTime() / 1000 + 3600
  const path = `/products/${PRODUCT}/gate-waivers`
  const waived = await officer.call('POST', path, { ...waiver, until })
  assert.equal(waived.body.code, 'NEVER_WAIVED')
  assert.equal((await behind(null)).status, 200)
  assert.equal((await publishing(server, desk, 1, fix)).status, 200)
  const late = await behind('plus')
  assert.deepEqual([late.status, late.body.code], [422, 'SECURITY_FOR_EVERYBODY'])
})

// CRA P-114
test('what nobody was offered is no base: its functions would come with the fix, as security', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const fleet = new ReportingFleet(server)
  const base = aRelease('1.4.1', { sbom: gatewaySbom('1.4.2').text })
  assert.equal((await publishing(server, desk, 1, base)).status, 200)
  await fleet.add(['D-1'])
  await fleet.commits('D-1', '1.4.1')
  const sbom = withParts(gatewaySbom('1.4.2').text, { name: 'is-odd', version: '3.0.1' })
  const quiet = aRelease('1.4.2', { kind: 'functionality', sbom })
  assert.equal((await publishing(server, desk, 1, quiet)).status, 200)
  await importFresh(server, 'osv', 'kev')
  const policy = { mode: 'enforced', ...NO_REVIEW, reason: 'it is in use' }
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const path = `/products/${PRODUCT}/gate-policy`
  assert.equal((await officer.call('POST', path, policy, { 'if-match': '"1"' })).status, 200)
  const smuggled = withParts(gatewaySbom('1.4.3').text, { name: 'is-odd', version: '3.0.1' })
  const named = aRelease('1.4.3', { sbom: smuggled, base: '1.4.2' })
  const refused = await publishing(server, desk, 2, base, named)
  assert.deepEqual(codes(refused), ['BASE_NOT_ROLLED_OUT'])
  assert.match(
    refused.body.reasons[0].sentence,
    /no rollout offered to a device.* Roll 1\.4\.2 out/,
  )
  const unnamed = await publishing(server, desk, 3, base, aRelease('1.4.3', { sbom: smuggled }))
  assert.deepEqual(codes(unnamed), ['MORE_THAN_FIXES'], 'compared with 1.4.1, which devices run')
  const empty = { release: '1.4.2', cohort: 'nobody' }
  assert.equal((await server.of('POST', '/rollouts', empty)).status, 201)
  await fleet.pass(1)
  assert.deepEqual(codes(await publishing(server, desk, 4, base, named)), ['BASE_NOT_ROLLED_OUT'])
  const all = { ...empty, cohort: 'everyone' }
  await storesOf(server).releases.setEntitlement(PRODUCT, '1.4.2', 'plus')
  assert.equal((await server.of('POST', '/rollouts', all)).status, 201)
  await fleet.pass(1)
  const toNobody = await publishing(server, desk, 5, base, named)
  assert.deepEqual(codes(toNobody), ['BASE_NOT_ROLLED_OUT'], 'nobody has the entitlement')
  await storesOf(server).releases.setEntitlement(PRODUCT, '1.4.2', undefined)
  assert.equal((await publishing(server, desk, 6, base, named)).status, 200)
})

// CRA P-114
test('what a single device says it runs is no base: the fleet and its rollouts say what is in the field', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product(NO_REVIEW)
  await importFresh(server, 'osv')
  await importKevBefore(server)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const policy = async (mode: string, revision: number) => {
    const body = { mode, reason: 'a test' }
    const match = { 'if-match': `"${revision}"` }
    const path = `/products/${PRODUCT}/gate-policy`
    assert.equal((await officer.call('POST', path, body, match)).status, 200)
  }
  await policy('advisory', 1)
  const factory = aRelease('1.4.1', { sbom: gatewaySbom('1.4.2').text })
  assert.equal((await publishing(server, desk, 1, factory)).status, 200)
  const fleet = new ReportingFleet(server)
  await fleet.add(['D-1', 'D-2', 'BENCH', 'SCRAP-1', 'SCRAP-2'])
  const sbom = withParts(gatewaySbom('1.4.2').text, { name: 'is-odd', version: '3.0.1' })
  const quiet = aRelease('1.4.2', { kind: 'functionality', sbom })
  assert.equal((await publishing(server, desk, 1, quiet)).status, 200)
  for (const device of ['D-1', 'D-2']) await fleet.commits(device, '1.4.1')
  for (const device of ['BENCH', 'SCRAP-1', 'SCRAP-2']) await fleet.commits(device, '1.4.2')
  for (const device of ['SCRAP-1', 'SCRAP-2']) {
    assert.equal(await storesOf(server).fleet.decommission(PRODUCT, device, fleet.now), true)
  }
  await importFresh(server, 'osv', 'kev')
  await policy('enforced', 2)
  const smuggled = withParts(gatewaySbom('1.4.3').text, { name: 'is-odd', version: '3.0.1' })
  const named = aRelease('1.4.3', { sbom: smuggled, base: '1.4.2' })
  assert.deepEqual(codes(await publishing(server, desk, 2, factory, named)), [
    'BASE_NOT_ROLLED_OUT',
  ])
  const unnamed = aRelease('1.4.3', { sbom: smuggled })
  assert.deepEqual(codes(await publishing(server, desk, 3, factory, unnamed)), ['MORE_THAN_FIXES'])
  // Nor does it help to run nothing that is published.
  await fleet.commits('BENCH', '9.9.9')
  assert.deepEqual(codes(await publishing(server, desk, 4, factory, named)), [
    'BASE_NOT_ROLLED_OUT',
  ])
  const fix = aRelease('1.4.3')
  assert.equal((await publishing(server, desk, 5, factory, fix)).status, 200, 'what the fleet has')
  // What a rollout brought stays a base when the rollout is withdrawn, as long as devices run it.
  const rollout = await server.of('POST', '/rollouts', { release: '1.4.3', cohort: 'everyone' })
  await fleet.pass(1)
  const next = aRelease('1.4.4', { base: '1.4.3', sbom: gatewaySbom('1.4.3').text })
  await server.of('POST', `/rollouts/${rollout.body.id}/withdraw`)
  assert.deepEqual(codes(await publishing(server, desk, 6, factory, fix, next)), [
    'BASE_NOT_ROLLED_OUT',
  ])
  await fleet.commits('D-1', '1.4.3')
  assert.equal((await publishing(server, desk, 7, factory, fix, next)).status, 200)
})

test('as long as no device runs anything, the release before is the base', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product(NO_REVIEW)
  await importFresh(server, 'osv', 'kev')
  const first = aRelease('1.4.1', { sbom: gatewaySbom('1.4.3').text })
  const next = aRelease('1.4.3')
  assert.equal((await publishing(server, desk, 1, first, next)).status, 200)
  const sbom = withParts(gatewaySbom('1.4.3').text, { name: 'is-odd', version: '3.0.1' })
  const more = await publishing(server, desk, 2, first, next, aRelease('1.4.4', { sbom }))
  assert.deepEqual(codes(more), ['MORE_THAN_FIXES'])
})
