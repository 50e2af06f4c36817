/** From a CVE to the devices it is on, over the API. CRA P-053, P-111 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { EXPOSED_STATES } from '../../src/exposure/exposed-state.ts'
import { PRODUCT } from '../support/desk.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { type PersonAnswer, signedIn, storesOf } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const DATA = join(import.meta.dirname, '../../../vulnerability/test-data')
const BYTES = { 'content-type': 'application/octet-stream' }
const SYSTEMINFORMATION = await readFile(join(DATA, 'osv/GHSA-2m8v-572m-ff2v.json'))
const CVE = 'CVE-2021-21315'
const HOUR = 3_600
const DAY = 24 * HOUR

const owner = { automaticSecurity: true, automaticFunctionality: false, optedOut: false }

/** 1.4.2 has the hole, 1.4.3 has not. */
function releaseOf(version: string, securityCounter: number) {
  const artifact = new TextEncoder().encode(version)
  const sbom = gatewaySbom(version).text
  return { version, kind: 'security' as const, securityCounter, artifact, sbom }
}

/** The finding is known, and the devices run 1.4.2; without `fix` there is no other release. */
async function exposedFleet(t: TestContext, devices: readonly string[], fix = true) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const releases = [releaseOf('1.4.2', 1), ...(fix ? [releaseOf('1.4.3', 2)] : [])]
  await server.publish(desk, 1, releases)
  const fleet = new ReportingFleet(server)
  await fleet.add(devices)
  for (const id of devices) {
    await fleet.unknown(id)
    await fleet.report(id, {})
  }
  await server.call('PUT', '/feeds/osv?kind=osv', SYSTEMINFORMATION, BYTES)
  await server.keepBooks()
  const [finding] = (await server.of('GET', '/findings')).body
  const pass = (seconds: number) => {
    server.clock.at = new Date(server.clock.at.getTime() + seconds * 1000)
  }
  const exposure = async (query = '') => {
    const { status, body } = await server.of('GET', `/findings/${finding.id}/exposure${query}`)
    assert.equal(status, 200, JSON.stringify(body))
    const { counts, total, exposed } = body
    const inStates = EXPOSED_STATES.reduce((sum, state) => sum + counts[state], 0)
    assert.deepEqual([inStates, inStates + counts.updated], [exposed, total])
    return body
  }
  return { server, desk, fleet, finding, pass, exposure, stores: storesOf(server) }
}

const names = (count: number) => Array.from({ length: count }, (_, at) => `lumen-${at + 1}`)

test('a CVE leads to its component, releases, devices, cohorts and countries', async (t) => {
  const { server, fleet, pass, exposure, stores } = await exposedFleet(t, names(4))
  pass(HOUR)
  await fleet.commits('lumen-1', '1.4.3')
  for (const [device, country] of [
    ['lumen-2', 'de'],
    ['lumen-3', 'FR'],
    ['lumen-4', 'the moon'],
  ] as const) {
    await stores.fleet.setAttributes(PRODUCT, device, new Map([['country', country]]))
  }
  await stores.fleet.assign(PRODUCT, 'lumen-4', { cohort: 'pilots', pinned: true })
  const body = await exposure()
  assert.deepEqual([body.exposed, body.total, body.counts.updated], [3, 4, 1])
  assert.deepEqual(body.releases, [
    {
      ...{ version: '1.4.2', devices: 3, isWithdrawn: false, fixedBy: '1.4.3' },
      components: [{ name: 'systeminformation', version: '5.2.5' }],
    },
  ])
  const shown = (list: { name: string; exposed: number }[]) =>
    list.map(({ name, exposed }) => [name, exposed])
  assert.deepEqual(shown(body.cohorts), [
    ['everyone', 2],
    ['pilots', 1],
  ])
  assert.deepEqual(shown(body.countries), [
    ['DE', 1],
    ['FR', 1],
    ['unknown', 1],
  ])
  for (const name of [CVE, 'GHSA-2m8v-572m-ff2v']) {
    const all = await server.call('GET', `/vulnerabilities/${name}/exposure`)
    assert.deepEqual(all.body, { vulnerability: CVE, total: 4, exposed: 3, products: [body] })
  }
})

test('each exposed device is in one state: of what it reports, of when it was seen, of what can reach it', async (t) => {
  const { server, fleet, pass, exposure, stores } = await exposedFleet(t, names(8))
  const now = () => Math.floor(server.clock.at.getTime() / 1000)
  await stores.devices.notePresence(new Map([['lumen-5', { online: false }]]), now())
  pass(4 * DAY)
  await fleet.commits('lumen-1', '1.4.3')
  await fleet.report('lumen-3', { owner: { ...owner, postponedUntil: now() + DAY } })
  await fleet.report('lumen-4', { owner: { ...owner, optedOut: true } })
  await stores.fleet.setQuarantine(PRODUCT, 'lumen-6', { at: now(), by: 'a', reason: 'opened' })
  await stores.enrolments.revoke(PRODUCT, 'lumen-7', now())
  await fleet.report('lumen-8', { version: '9.9.9' })
  const found = await exposure()
  assert.deepEqual(found.counts, {
    ...{ updated: 1, pending: 1, postponed: 1, optedOut: 1, offline: 1, unsupported: 2 },
  })
  assert.deepEqual(found.notKnown, { neverReported: 0, notMatched: 1, versions: ['9.9.9'] })
  const patient = await exposure(`?offlineAfter=${5 * DAY}`)
  assert.deepEqual([patient.counts.offline, patient.counts.pending], [0, 2])
  assert.equal(patient.total, found.total)
  pass(DAY)
  assert.equal((await exposure()).counts.postponed, 0)

  const facts = { ...wholeFacts(), supportPeriod: OVER }
  const set = await server.call('POST', `/products/${PRODUCT}/facts`, facts, { 'if-match': '"0"' })
  assert.equal(set.status, 200, JSON.stringify(set.body))
  const over = await exposure()
  assert.deepEqual([over.isSupportOver, over.counts.unsupported, over.exposed], [true, 6, 6])
  assert.deepEqual(over.forecast, { kind: 'none', why: 'outOfReach' })
})

const OVER = {
  ...{ starts: '2020-01-01', ends: '2026-01', expectedUseMonths: 60, reasoning: 'As long as used' },
}

test('times to protection are told from the finding and from the fix, and days for as long as each was exposed', async (t) => {
  const { server, desk, fleet, pass, exposure } = await exposedFleet(t, names(20), false)
  const knownAt = Math.floor(server.clock.at.getTime() / 1000)
  const commit = async (from: number, to: number) => {
    for (const id of names(20).slice(from, to)) await fleet.commits(id, '1.4.3')
  }
  pass(2 * HOUR)
  const before = await exposure()
  assert.deepEqual(before.forecast, { kind: 'none', why: 'noFix' })
  assert.deepEqual([before.counts.pending, before.fix], [20, undefined])
  await server.publish(desk, 2, [releaseOf('1.4.2', 1), releaseOf('1.4.3', 2)])
  await server.keepBooks()
  assert.deepEqual((await exposure()).forecast, { kind: 'none', why: 'noProgress' })
  pass(3 * HOUR)
  await commit(0, 10)
  pass(HOUR)
  const half = await exposure()
  assert.deepEqual(half.fix, { version: '1.4.3', publishedAt: knownAt + 2 * HOUR })
  // The end of the ten minutes in which the tenth was protected.
  const at = (Math.floor((knownAt + 5 * HOUR) / 600) + 1) * 600
  assert.deepEqual(half.half, {
    ...{ at, secondsSinceKnown: at - knownAt, secondsSinceFix: at - knownAt - 2 * HOUR },
  })
  assert.equal(half.goal, undefined)
  assert.deepEqual([half.forecast.kind, half.counts.updated], ['expected', 10])
  // Ten for five hours and ten for six, so far.
  assert.deepEqual(half.exposedDeviceDays, { days: 4.6, isAtLeast: false })
  pass(18 * HOUR)
  await commit(10, 19)
  pass(4 * DAY)
  const done = await exposure()
  assert.equal(done.forecast.kind, 'reached')
  assert.equal(
    done.goal.secondsSinceKnown,
    Math.ceil((24 * HOUR + 1) / 600) * 600 - (knownAt % 600),
  )
  assert.deepEqual(done.exposedDeviceDays, { days: 16.1, isAtLeast: false })

  // One went back: it is exposed again, and was never protected for good.
  await fleet.commits('lumen-1', '1.4.2')
  pass(HOUR)
  const back = await exposure()
  assert.deepEqual([back.counts.updated, back.exposed, back.goal], [18, 2, undefined])

  await server.of('POST', '/releases/1.4.2/withdraw', {})
  await server.keepBooks()
  const withdrawn = await exposure()
  assert.deepEqual([withdrawn.exposed, withdrawn.releases[0].isWithdrawn], [2, true])
})

test('who may not read findings sees no exposure, and a name of another product or under embargo is as unknown as any', async (t) => {
  const { server, finding, stores } = await exposedFleet(t, names(1))
  await server.call('POST', '/products', { id: 'lumen-blue' })
  const as = (role: 'viewer' | 'securityOfficer', product: string) =>
    signedIn(server, [{ role, product }])
  const viewer = await as('viewer', PRODUCT)
  const red = await as('securityOfficer', PRODUCT)
  const blue = await as('securityOfficer', 'lumen-blue')
  const path = (name: string) => `/vulnerabilities/${name}/exposure`
  const own = `/products/${PRODUCT}/findings/${finding.id}/exposure`
  for (const each of [path(CVE), own]) {
    assert.equal((await viewer.call('GET', each)).body.code, 'NOT_PERMITTED')
    assert.equal((await red.call('GET', each)).status, 200)
  }
  assert.notEqual((await blue.call('GET', own)).status, 200)
  const elsewhere = `/products/lumen-blue/findings/${finding.id}/exposure`
  assert.equal((await blue.call('GET', elsewhere)).body.code, 'NO_SUCH_FINDING')
  const secret = 'CVE-2026-40404'
  await stores.disclosure.add({
    ...{ id: '0f3a5c7e9b1d2468', sha256: '0'.repeat(64), title: secret, text: secret },
    ...{ affected: 'systeminformation', version: '1.4.2', reporter: '', contact: '' },
    ...{ creditName: '', receivedAt: 1, state: 'confirmed', stateAt: 1, product: PRODUCT },
    ...{ assignee: undefined, duplicateOf: undefined, isEmbargoed: true, acknowledgeBy: 1 },
    ...{ assessBy: 1, told: undefined, revision: 1 },
  })
  const without = ({ status, body: { instance: _, ...body } }: PersonAnswer) => ({ status, body })
  const unknown = without(await red.call('GET', path('CVE-1999-0001')))
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'NO_SUCH_VULNERABILITY'])
  assert.deepEqual(without(await red.call('GET', path(secret))), unknown)
  assert.deepEqual(without(await blue.call('GET', path(CVE))), unknown)
})

test('a name or a time that is none is refused', async (t) => {
  const server = await TestServer.start(t)
  for (const path of [
    ...['%25', 'x'.repeat(101), "a'b", 'a b'].map((name) => `${encodeURIComponent(name)}/exposure`),
    ...['1', '-1', 'x', '1e99'].map((time) => `${CVE}/exposure?offlineAfter=${time}`),
    `${CVE}/exposure?other=1`,
  ]) {
    const { status, body } = await server.call('GET', `/vulnerabilities/${path}`)
    assert.deepEqual([status, body.code], [400, 'REQUEST_INVALID'], path)
  }
})
