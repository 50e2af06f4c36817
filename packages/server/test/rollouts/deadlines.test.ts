/** The deadline of a fix, from what is known of the holes it closes to what devices read. CRA P-112, P-053 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cohortAudience, importKeySet, verifyManifest } from '@fleetward/shared'
import { PRODUCT } from '../support/desk.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { signedIn } from '../support/people.ts'
import { ReportingFleet } from '../support/reporting-fleet.ts'
import { TestServer } from '../support/test-server.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const DATA = join(import.meta.dirname, '../../../vulnerability/test-data')
const BYTES = { 'content-type': 'application/octet-stream' }
const OSV = await readFile(join(DATA, 'osv/GHSA-2m8v-572m-ff2v.json'))
const KEV = await readFile(join(DATA, 'kev.json.gz'))

async function inTheField(t: TestContext) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const release = (version: string, kind: 'security' | 'functionality', at: number) => ({
    ...{ version, kind, securityCounter: at, artifact: new TextEncoder().encode(version) },
    sbom: gatewaySbom(version).text,
  })
  const fixes = ['1.4.2', '1.4.3'].map((version, at) => release(version, 'security', at + 1))
  await server.publish(desk, 1, fixes)
  await server.publish(desk, 1, [release('1.5.0', 'functionality', 2)])
  await imported(server, 'osv', OSV)
  return server
}

async function imported(server: TestServer, kind: string, bytes: Uint8Array): Promise<void> {
  const { status } = await server.call('PUT', `/feeds/${kind}?kind=${kind}`, bytes, BYTES)
  assert.equal(status, 200)
  await server.keepBooks()
}

const nowOf = (server: TestServer) => Math.floor(server.clock.at.getTime() / 1000)
const start = (server: TestServer, more: object = {}) =>
  server.of('POST', '/rollouts', { release: '1.4.3', cohort: 'everyone', ...more })
const show = async (server: TestServer, id: string) =>
  (await server.of('GET', `/rollouts/${id}`)).body
const change = (server: TestServer, id: string, body: object) =>
  server.call('POST', `/products/${PRODUCT}/rollouts/${id}/deadline`, body, { 'if-match': '*' })
const told = async (server: TestServer, type: string) => {
  const rows = await server.edge?.database
    .selectFrom('events')
    .select('data')
    .where('type', '=', type)
    .execute()
  return (rows ?? []).map(({ data }) => JSON.parse(data))
}

/** As devices read it. */
async function signedDeadline(server: TestServer): Promise<number | undefined> {
  await server.edgeSettled()
  const topic = `ota/1/${PRODUCT}/cohorts/everyone/manifest`
  const last = server.published.findLast((published) => published.topic === topic)
  assert.ok(last, 'a manifest is retained')
  const { trust } = (await server.of('GET', '')).body
  const { offers } = await verifyManifest(last.token, {
    keys: await importKeySet(new TextEncoder().encode(trust['director.jwks'])),
    ...{ product: PRODUCT, audience: cohortAudience(PRODUCT, 'everyone'), now: nowOf(server) },
  })
  const [offer] = offers
  assert.ok(offer !== undefined && !offer.withdrawn)
  return offer.policy.deadline
}

test('a rollout of a fix takes its deadline from the worst hole that it closes, and devices read it', async (t) => {
  const server = await inTheField(t)
  await imported(server, 'kev', KEV)
  await server.keepBooks()
  const { status, body } = await start(server)
  assert.equal(status, 201, JSON.stringify(body))
  const deadline = nowOf(server) + DAY
  assert.equal(body.policy.deadline, deadline)
  assert.deepEqual(body.terms.due, {
    ...{ deadline, vulnerability: 'CVE-2021-21315', grade: 'exploited', seconds: DAY },
  })
  assert.equal(await signedDeadline(server), deadline)
  const { deadline: shown } = await show(server, body.id)
  assert.deepEqual([shown.isEarlierNow, shown.unknown], [false, []])
  assert.match(shown.sentence, /24 hours|1 day/)
  const preview = (await server.of('GET', `/rollouts/${body.id}/preview`)).body
  assert.equal(preview.deadline.sentence, shown.sentence)
})

test('new functions have no deadline by themselves, and a hole of which nothing is known is named', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const artifact = new TextEncoder().encode('x')
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
  await server.publish(desk, 1, [{ version: '1.5.0', kind: 'functionality', artifact }])
  const fix = (await start(server)).body
  assert.equal(fix.policy.deadline, undefined)
  assert.deepEqual((await show(server, fix.id)).deadline.unknown, ['CVE-2021-21315'])
  const functions = (await start(server, { release: '1.5.0', cohort: 'others' })).body
  assert.deepEqual((await show(server, functions.id)).deadline.unknown, [])
})

test('an operator tightens without a word and loosens with a reason, which is kept and audited', async (t) => {
  const server = await inTheField(t)
  const at = nowOf(server)
  const early = { policy: { deadline: at + 2 * HOUR } }
  assert.equal((await start(server, { ...early, cohort: 'a' })).body.policy.deadline, at + 2 * HOUR)
  for (const deadline of [at + 400 * DAY, null]) {
    const refused = await start(server, { cohort: 'b', policy: { deadline } })
    assert.deepEqual([refused.status, refused.body.code], [422, 'DEADLINE_LOOSENED'])
  }
  const loosened = { reason: 'The devices are in a mine until May' }
  const { body } = await start(server, { cohort: 'b', policy: { deadline: null }, loosened })
  assert.equal(body.policy.deadline, undefined)
  assert.equal(body.terms.loosened.reason, loosened.reason)
  const entries = (await server.call('GET', '/audit?action=rollout.created')).body
  assert.ok(JSON.stringify(entries).includes(loosened.reason))
  const { deadline } = await show(server, body.id)
  assert.ok(!deadline.isEarlierNow && deadline.sentence.includes(loosened.reason))
})

test('a hole that is exploited since now asks for an earlier deadline, is told once, and changes nothing by itself', async (t) => {
  const server = await inTheField(t)
  const fleet = new ReportingFleet(server)
  await fleet.add(['D-1'])
  const { body: rollout } = await start(server)
  const other = (await start(server, { release: '1.5.0', cohort: 'others' })).body
  const before = await signedDeadline(server)
  const slack = (before ?? Number.POSITIVE_INFINITY) - nowOf(server)
  assert.ok(slack > 2 * DAY, 'the hole alone leaves more time')
  await fleet.pass(HOUR)
  await imported(server, 'kev', KEV)
  await server.keepBooks()
  const asked = nowOf(server) + DAY
  const { deadline } = await show(server, rollout.id)
  assert.deepEqual([deadline.isEarlierNow, deadline.due.deadline], [true, asked])
  assert.match(deadline.sentence, /tighten it/)
  assert.equal(await signedDeadline(server), before, 'nobody has said so yet')
  const events = await told(server, 'rollout.deadline-earlier')
  assert.deepEqual(
    events.map((event) => [event.rollout, event.deadline, event.vulnerability]),
    [[rollout.id, asked, 'CVE-2021-21315']],
  )
  assert.equal((await show(server, other.id)).deadline.isEarlierNow, false)

  const tightened = await change(server, rollout.id, { deadline: asked })
  assert.equal(tightened.status, 200, JSON.stringify(tightened.body))
  assert.equal(await signedDeadline(server), asked)
  assert.equal((await show(server, rollout.id)).deadline.isEarlierNow, false)
  await server.keepBooks()
  assert.equal((await told(server, 'rollout.deadline-earlier')).length, 1)
  assert.equal((await told(server, 'rollout.deadlineChanged')).length, 1)
})

test('what was approved with a deadline is approved anew when it is loosened, and not when it is tightened', async (t) => {
  const server = await inTheField(t)
  const officer = { role: 'securityOfficer', product: PRODUCT } as const
  const second = await signedIn(server, [officer])
  await server.of('POST', '/approval', { count: 1, roles: ['securityOfficer'] })
  const author = await signedIn(server, [officer])
  const rollouts = `/products/${PRODUCT}/rollouts`
  const wanted = { release: '1.4.3', cohort: 'everyone' }
  const { id } = (await author.call('POST', rollouts, wanted)).body
  const path = `${rollouts}/${id}`
  const ofAny = { 'if-match': '*' }
  assert.equal((await second.call('POST', `${path}/approve`, {}, ofAny)).body.state, 'running')
  const deadline = nowOf(server) + HOUR
  const set = (body: object) => author.call('POST', `${path}/deadline`, body, ofAny)
  assert.equal((await set({ deadline })).body.state, 'running')
  const later = { deadline: deadline + 1, reason: 'An hour was a slip of the pen' }
  assert.equal((await set(later)).body.state, 'waitingForApproval')
})

test('a policy is set per product by who manages it, and audited with what it was', async (t) => {
  const server = await inTheField(t)
  const policy = (await server.of('GET', '/deadlines')).body
  assert.deepEqual([policy.exploited, policy.critical, policy.high], [DAY, 3 * DAY, 7 * DAY])
  assert.deepEqual([policy.medium, policy.low], [null, null])
  const tight = Object.fromEntries(Object.keys(policy).map((grade) => [grade, 5 * HOUR]))
  assert.equal((await server.of('POST', '/deadlines', tight)).status, 200)
  assert.deepEqual((await server.of('GET', '/deadlines')).body, tight)
  assert.equal((await start(server)).body.policy.deadline, nowOf(server) + 5 * HOUR)
  const hasty = await server.of('POST', '/deadlines', { ...tight, high: 60 })
  assert.equal(hasty.body.code, 'REQUEST_INVALID')
  const [entry] = (await server.call('GET', '/audit?action=product.deadlinesSet')).body
  assert.ok(JSON.stringify(entry).includes('"exploited"'))
})
