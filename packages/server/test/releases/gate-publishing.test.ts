/** The gate holds back publishing. CRA P-036, P-037, P-015 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRODUCT } from '../support/desk.ts'
import { aRelease, importFresh, importKevBefore, publishing, withParts } from '../support/gated.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { signedIn } from '../support/people.ts'
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
