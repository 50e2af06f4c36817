/** Due diligence for third-party components. CRA P-018, P-148, P-150a, P-151, P-152, P-153 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { thirdParty } from '../../src/law/components/built-in.ts'
import { reviewState } from '../../src/law/components/component-review.ts'
import { type Ending, endings } from '../support/edge-under-test.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { aReview } from '../support/law-records.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

type Answered = { readonly status: number; readonly body: { readonly code?: string } | undefined }
const said = ({ status, body }: Answered) => [status, body?.code]
const ended = endings()
let server: TestServer
before(async () => {
  server = (await published(ended)).server
})
after(() => ended.endAll())
const LEFT_PAD = 'pkg:npm/left-pad'

async function published(t: Ending, text = gatewaySbom('1.4.3').text) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const artifact = new Uint8Array(1000)
  const release = { version: '1.4.3', kind: 'security' as const, artifact, sbom: text }
  await server.publish(desk, 1, [release])
  await server.keepBooks()
  return { server, desk }
}

const statesOf = async (server: TestServer) => {
  const { body } = await server.of('GET', '/components')
  return body.map(({ component, state }: { component: string; state: string }) => [
    component,
    state,
  ])
}

test('a review is refused that names nothing, too much, what is not there, or no day ahead', async () => {
  const post = (body: object) => server.of('POST', '/component-reviews', body)
  const review = aReview()
  const components = [LEFT_PAD]
  assert.deepEqual(said(await post({ review })), [422, 'RECORD_CONTRADICTS'])
  const both = { components, supplier: 'x', review }
  assert.deepEqual(said(await post(both)), [422, 'RECORD_CONTRADICTS'])
  const unknown = { components: ['pkg:npm/nobody'], review }
  assert.deepEqual(said(await post(unknown)), [422, 'GROUND_UNKNOWN'])
  const past = { components, review: { ...review, nextReviewOn: '2026-11-20' } }
  assert.deepEqual(said(await post(past)), [422, 'REVIEW_DATE_PAST'])
  const viewer = await signedIn(server, [{ role: 'viewer', product: '*' }])
  const answer = await viewer.call('POST', '/products/lumen/component-reviews', {
    ...{ components, review },
  })
  assert.equal(answer.status, 403)
  assert.equal(
    (await statesOf(server)).every(([, state]: [string, string]) => state === 'none'),
    true,
  )
})

test('what a release is built of has no review at first, and one that holds afterwards', async () => {
  assert.deepEqual(await statesOf(server), [
    ['own-protocol', 'none'],
    [LEFT_PAD, 'none'],
    ['pkg:npm/systeminformation', 'none'],
  ])
  const taken = await server.of('POST', '/component-reviews', {
    ...{ components: [LEFT_PAD], review: aReview() },
  })
  assert.deepEqual([taken.status, taken.body], [201, { reviewedCount: 1, leftCount: 0 }])
  const { body } = await server.of('GET', '/component-status')
  assert.deepEqual(
    [body.release, body.state, body.counts],
    ['1.4.3', 'read', { none: 2, current: 1 }],
  )
  const { body: open } = await server.of('GET', '/components?state=none')
  assert.equal(open.length, 2)
  const { body: history } = await server.of('GET', `/component-reviews?component=${LEFT_PAD}`)
  assert.deepEqual([history[0].version, history[0].review.reviewer], ['1.3.0', 'A. Licht'])

  server.clock.at = new Date('2027-11-22T00:00:00Z')
  const { body: later } = await server.of('GET', '/components?state=overdue')
  assert.deepEqual(
    later.map(({ component }: { component: string }) => component),
    [LEFT_PAD],
  )
})

test('a new major version of a component has to be looked at anew', async (t) => {
  const { server, desk } = await published(t)
  const components = [LEFT_PAD, 'pkg:npm/systeminformation']
  await server.of('POST', '/component-reviews', { components, review: aReview() })
  const text = gatewaySbom('1.4.4').text.replaceAll('5.3.1', '5.4.0').replaceAll('1.3.0', '2.0.0')
  const next = { version: '1.4.4', kind: 'security' as const, securityCounter: 2 }
  const first = { version: '1.4.3', kind: 'security' as const, artifact: new Uint8Array(1000) }
  await server.publish(desk, 2, [
    { ...first, sbom: gatewaySbom('1.4.3').text },
    { ...next, artifact: new Uint8Array(1001), sbom: text },
  ])
  await server.keepBooks()
  const states = new Map(await statesOf(server))
  assert.equal(states.get(LEFT_PAD), 'other-version')
  assert.equal(states.get('pkg:npm/systeminformation'), 'other-version')
})

test('all of a supplier are accepted at once, but not what somebody refused', async (t) => {
  const parts = ['core', 'parser', 'types'].map((name) => ({
    ...{ type: 'library', 'bom-ref': name, name, version: '7.1.0' },
    purl: `pkg:npm/%40babel/${name}@7.1.0`,
  }))
  const sbom = {
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: parts },
    metadata: { component: { type: 'firmware', name: 'lumen', version: '1', 'bom-ref': 'lumen' } },
    dependencies: [{ ref: 'lumen', dependsOn: ['core', 'parser', 'types'] }],
  }
  const { server } = await published(t, JSON.stringify(sbom))
  const supplier = 'pkg:npm/%40babel'
  const { body: before } = await server.of('GET', '/component-status')
  assert.deepEqual(before.suppliers, [{ supplier, openCount: 3 }])
  const refused = { ...aReview(), decision: 'refused' }
  const components = [`${supplier}/parser`]
  await server.of('POST', '/component-reviews', { components, review: refused })
  const { body: taken } = await server.of('POST', '/component-reviews', {
    ...{ supplier, review: aReview() },
  })
  assert.deepEqual(taken, { reviewedCount: 2, leftCount: 0 })
  const states = new Map(await statesOf(server))
  assert.deepEqual([...states.values()].toSorted(), ['current', 'current', 'refused'])
  assert.equal(states.get(`${supplier}/parser`), 'refused')
  const { body } = await server.of('GET', '/component-status')
  assert.equal(body.isComplete, false)
  const { body: entries } = await server.call('GET', '/audit?limit=1')
  assert.deepEqual(
    [entries[0].action, entries[0].after.count, entries[0].after.supplier],
    ['component.reviewed', 2, supplier],
  )
})

test('what the manufacturer makes himself and single files are no third-party components', () => {
  const component = (name: string, more: object) => ({
    ...{ ref: name, name, version: '1.0.0', purl: undefined, cpes: [], licences: [], hashes: [] },
    ...{ supplier: undefined, kind: 'library', ...more },
  })
  const found = thirdParty(
    [
      component('ours', { supplier: 'LUMEN GmbH' }),
      component('theirs', { supplier: 'Other GmbH' }),
      component('theirs', { supplier: 'Other GmbH', version: '2.0.0' }),
      component('a.txt', { kind: 'file' }),
    ],
    wholeFacts().manufacturer?.name,
  )
  assert.deepEqual(
    found.map(({ name, versions }) => [name, versions]),
    [['theirs', ['1.0.0', '2.0.0']]],
  )
})

test('a review holds for its major version until its day is over', () => {
  const review = { ...aReview(), version: '1.9.0' }
  const at = (day: string) => Date.parse(day) / 1000
  assert.equal(reviewState(review, '1.10.2', at('2027-11-21')), 'current')
  assert.equal(reviewState(review, '2.0.0', at('2027-11-21')), 'other-version')
  assert.equal(reviewState(review, '1.9.0', at('2027-11-22')), 'overdue')
  assert.equal(
    reviewState({ ...review, version: 'jammy' }, 'noble', at('2027-01-01')),
    'other-version',
  )
  assert.equal(reviewState({ ...review, decision: 'refused' }, '1.9.0', 0), 'refused')
})
