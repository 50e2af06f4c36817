/** A dossier of a product of which everything is written down is complete; without one review it is not. CRA P-018, P-026, P-148 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { PRODUCT } from '../support/desk.ts'
import { endings } from '../support/edge-under-test.ts'
import { aRelease, importSilent } from '../support/gated.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { aReview } from '../support/law-records.ts'
import { type Caller, signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { COMPONENTS, writeEverything } from '../support/whole-product.ts'

const AT = `/products/${PRODUCT}`
const signer = { name: 'A. Licht', function: 'director', place: 'Berlin', date: '2026-11-21' }

const [MISSING, ...REVIEWED] = COMPONENTS

const ended = endings()
let server: TestServer
let officer: Caller

before(async () => {
  server = await TestServer.start(ended)
  const { desk } = await server.product()
  const releases = [
    aRelease('1.4.2'),
    aRelease('1.4.3', { securityCounter: 2, sbom: gatewaySbom('1.4.2').text }),
  ]
  assert.equal((await server.publish(desk, 1, releases)).status, 200)
  await writeEverything(server, { versions: ['1.4.2', '1.4.3'], reviewed: REVIEWED })
  officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const { draft } = (await officer.call('GET', `${AT}/declaration`)).body
  const signature = { ...signer, textSha256: draft.sha256 }
  const signed = await officer.call('POST', `${AT}/declaration/signatures`, signature)
  assert.equal(signed.status, 201, JSON.stringify(signed.body))
})
after(() => ended.endAll())

async function built() {
  const { version } = (await officer.call('POST', `${AT}/dossiers`, {})).body
  for (;;) {
    const { body } = await officer.call('GET', `${AT}/dossiers/${version}`)
    if (body.state !== 'building') return body
    await pause(50)
  }
}

test('with one component that nobody reviewed a dossier is incomplete, and names that component alone', async () => {
  const { state, status, gaps } = await built()
  assert.deepEqual([state, status], ['built', 'incomplete'])
  assert.deepEqual(gaps, [
    {
      item: 'VII.2(b)',
      what: `Component ${MISSING}: nobody has reviewed it`,
      next: `fleetward products components review ${PRODUCT} --help`,
    },
  ])
})

test('it is complete with that review: facts, risks, answers, evidence and a signed declaration are there', async () => {
  const review = { components: [MISSING], review: aReview() }
  assert.equal((await server.of('POST', '/component-reviews', review)).status, 201)
  const { state, status, declaration, gaps } = await built()
  assert.deepEqual(gaps, [])
  assert.deepEqual([state, status, declaration], ['built', 'complete', 'signed'])
})

test('once the feeds are old it is incomplete again: what they do not find says nothing (CRA P-036)', async () => {
  server.clock.at = new Date(server.clock.at.getTime() + 4 * 86_400_000)
  officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const { status, gaps } = await built()
  assert.equal(status, 'incomplete')
  const stale = gaps.filter(({ next }: { next: string }) => next === 'fleetward feeds --help')
  assert.deepEqual(
    stale.map(({ what }: { what: string }) => what.split(' ')[0]),
    ['kev', 'osv'],
  )
})

test('a gate that closed since is a gap by itself until it is asked again and opens; that of an older release is none (CRA P-036)', async () => {
  const asked = async (version: string) =>
    (await server.of('POST', `/releases/${version}/gate`, {})).body
  const closed = async () =>
    (await built()).gaps.filter(({ what }: { what: string }) => what.includes('gate is closed'))
  assert.deepEqual(await closed(), [], 'the newest answer is still the one from before')
  for (const version of ['1.4.2', '1.4.3']) assert.equal((await asked(version)).isOpen, false)
  const [gap, ...others] = await closed()
  assert.deepEqual(others, [])
  assert.match(gap.what, /^The release gate is closed for 1\.4\.3, as of \d{4}-\d\d-\d\d: .*kev/)
  assert.deepEqual(
    [gap.item, gap.next],
    ['VII.6', `fleetward gate check 1.4.3 --product ${PRODUCT}`],
  )
  await importSilent(server)
  await server.keepBooks()
  assert.equal((await asked('1.4.3')).isOpen, true)
  assert.deepEqual(await closed(), [])
})
