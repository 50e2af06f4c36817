/**
 * What lies in one product, asked for and changed through the address of another by somebody who administers that one:
 * the permission is right and the id is right, only not of this product (CVE-2026-28806).
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startEdge } from '../../src/edge.ts'
import { PRODUCT as RED } from '../support/desk.ts'
import { endings } from '../support/edge-under-test.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { aDataUse, anUpstreamReport, aStandard } from '../support/law-records.ts'
import { type Caller, signedIn, storesOf } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { aRisk } from '../support/whole-facts.ts'
import { ROUTE_MATRIX } from './route-matrix.ts'

const SYSTEMINFORMATION = await readFile(
  join(import.meta.dirname, '../../../vulnerability/test-data/osv/GHSA-2m8v-572m-ff2v.json'),
)
const BLUE = 'lumen-blue'
const DEVICE = 'red-0001'

/** Bodies that would do something if the id were of this product. Operations without a row send none. */
const BODIES: Readonly<Record<string, object>> = {
  'PATCH /products/{product}/rollouts/{id}': { share: 1 },
  'POST /products/{product}/rollouts/{id}/deadline': { deadline: 1 },
  'POST /products/{product}/releases/{version}/entitlement': { entitlement: 'stolen' },
  'POST /products/{product}/entitlements/{entitlement}': { devices: [DEVICE], until: 0 },
  'PATCH /products/{product}/devices/{device}': { cohort: 'stolen' },
  'POST /products/{product}/devices/{device}/quarantine': { reason: 'stolen' },
  'POST /products/{product}/devices/{device}/commands': { command: 'erase' },
  'PATCH /products/{product}/cohorts/{cohort}': { description: 'stolen' },
  'PATCH /products/{product}/filters/{filter}': { description: 'stolen' },
  'POST /products/{product}/findings/{finding}/decide': { status: 'under_investigation' },
  'PATCH /products/{product}/risks/{risk}': { residual: 'high' },
  'PATCH /products/{product}/advisories/{advisory}': { title: 'stolen' },
  'POST /products/{product}/advisories/{advisory}/hold': { reason: 'stolen', until: 1 },
  'POST /products/{product}/advisories/{advisory}/publish': {},
  'POST /products/{product}/advisories/{advisory}/withdraw': { reason: 'stolen' },
  'PATCH /products/{product}/webhooks/{id}': { state: 'disabled' },
  'POST /products/{product}/webhooks/{id}/secret': {},
  'POST /products/{product}/releases/{version}/gate': {},
}

/** Not ids of things that somebody made: every product has each of them. */
const EVERY_PRODUCT_HAS = ['role', 'purpose', 'sha256', 'requirement']

const ended = endings()
const seenAny = { 'if-match': '*' }
let server: TestServer
let blue: Caller
let red: Caller
/** By the path up to and with the parameter: what red has there. */
let ids: Readonly<Record<string, string>>

before(async () => {
  server = await TestServer.start(ended, {}, { startEdge })
  const { desk } = await server.product()
  const artifact = new Uint8Array(1000)
  const sbom = gatewaySbom('1.4.2').text
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact, sbom }])
  await server.call('POST', '/products', { id: BLUE })
  const bytes = { 'content-type': 'application/octet-stream' }
  const feed = await server.call('PUT', '/feeds/osv?kind=osv', SYSTEMINFORMATION, bytes)
  assert.equal(feed.status, 200, JSON.stringify(feed.body))
  await server.keepBooks()
  const admin = (product: string) => signedIn(server, [{ role: 'administrator', product }])
  ;[red, blue] = await Promise.all([admin(RED), admin(BLUE)])
  const make = async (path: string, body: object) => {
    const answer = await red.call('POST', `/products/${RED}${path}`, body)
    assert.equal(answer.status, 201, `${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const database = server.edge?.database
  await database
    ?.insertInto('devices')
    .values({ id: DEVICE, product: RED, cohort: 'pilots', enrolled_at: 1 })
    .execute()
  await database?.insertInto('device_heads').values({ device: DEVICE }).execute()
  const facts = await red.call('POST', `/products/${RED}/facts`, { name: 'Red' }, seenAny)
  assert.equal(facts.status, 200)
  await make('/risks', aRisk('firmware-rollback'))
  await make('/standards', aStandard('en-40000-1-3'))
  await make('/data-uses', aDataUse('switching-times'))
  await make('/upstream-reports', anUpstreamReport('undici-brotli'))
  await make('/risk-assessments', { reviewer: 'A. Licht', nextReviewOn: '2027-11-21' })
  const publisher = { contacts: ['mailto:a@example.com'], organisation: 'Red' }
  assert.equal((await server.call('PATCH', '/disclosure/settings', publisher)).status, 200)
  const advisory = await make('/advisories', { title: 'red' })
  await storesOf(server).dossiers.begin(RED, 1, 1, red.account.id)
  await make('/cohorts', { name: 'pilots-only' })
  await make('/filters', { name: 'old-ones', filter: 'version < 1.4.3' })
  await make('/expected-devices', { id: 'red-0002' })
  const rollout = await make('/rollouts', { release: '1.4.3', cohort: 'pilots', share: 0.5 })
  const hook = await make('/webhooks', {
    url: 'https://hooks.example.com/',
    types: ['approval.requested'],
  })
  const given = { devices: [DEVICE], until: null }
  const plus = await red.call('POST', `/products/${RED}/entitlements/plus`, given)
  assert.deepEqual(plus.body, { changed: 1 })
  const findings = await red.call('GET', `/products/${RED}/findings`)
  const said = await red.call('POST', `/products/${RED}/releases/1.4.3/gate`, {})
  const { code, about } = said.body.reasons[0]
  const until = Math.floor(server.clock.at.getTime() / 1000) + 60
  const wanted = { version: '1.4.3', code, about, reason: 'red', until }
  const waiver = await make('/gate-waivers', wanted)
  const report = new TextEncoder().encode('{"a":"report"}')
  const sha256 = createHash('sha256').update(report).digest('hex')
  const query = `kind=other&outcome=passed&name=ci&subject=${'a'.repeat(64)}`
  const path = `/products/${RED}/evidence/files/${sha256}?${query}`
  const { body: evidence } = await server.call('PUT', path, report, bytes)
  ids = {
    '/gate-waivers/{waiver}': waiver.id,
    '/evidence/{evidence}': String(evidence.number),
    '/advisories/{advisory}': advisory.id,
    '/findings/{finding}': findings.body[0].id,
    '/releases/{version}': '1.4.3',
    '/files/{file}': '1.root.json',
    '/versions/{version}': '1',
    '/standards/{standard}': 'en-40000-1-3',
    '/data-uses/{dataUse}': 'switching-times',
    '/upstream-reports/{upstreamReport}': 'undici-brotli',
    '/dossiers/{version}': '1',
    '/risks/{risk}': 'firmware-rollback',
    '/risk-assessments/{version}': '1',
    '/entitlements/{entitlement}': 'plus',
    '/rollouts/{id}': rollout.id,
    '/devices/{device}': DEVICE,
    '/expected-devices/{device}': 'red-0002',
    '/cohorts/{cohort}': 'pilots-only',
    '/filters/{filter}': 'old-ones',
    '/webhooks/{id}': hook.id,
    '/deliveries/{event}': '00000000-0000-4000-8000-000000000000',
  }
})
after(() => ended.endAll())

const operations = Object.keys(ROUTE_MATRIX).flatMap((operation) => {
  const [method = '', path = ''] = operation.split(' ')
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const isOfSomething =
    names[0] === 'product' && names.slice(1).some((name) => !EVERY_PRODUCT_HAS.includes(name))
  return isOfSomething ? [{ operation, method, path }] : []
})

function filled(path: string, product: string): string {
  const inProduct = path.replace('/products/{product}', '')
  const parts = inProduct.replace(/\/[\w-]+\/\{\w+\}/g, (part) => {
    const id = ids[part]
    assert.ok(id !== undefined, `Say in ids what red has at ${part}, and make it`)
    return part.replace(/\{\w+\}/, encodeURIComponent(id))
  })
  return `/products/${product}${parts}`
}

/** Everything that red's administrator sees in it. */
async function allOfRed(): Promise<Readonly<Record<string, unknown>>> {
  const seen: Record<string, unknown> = {}
  for (const operation of Object.keys(ROUTE_MATRIX)) {
    const [method, path = ''] = operation.split(' ')
    if (method !== 'GET' || !path.startsWith('/products/{product}')) continue
    // A stream without end, and what every product has.
    if (path.endsWith('/events') || /\{(role|purpose|event|requirement)\}/.test(path)) continue
    const { status, body } = await red.call('GET', filled(path, RED))
    seen[path] = { status, body }
  }
  return seen
}

test('nothing of another product is read or changed by its id, whoever asks with whatever right', async () => {
  const before = await allOfRed()
  const wrong: string[] = []
  for (const { operation, method, path } of operations) {
    const headers = { 'if-match': '*' }
    const { status, body } = await blue.call(method, filled(path, BLUE), BODIES[operation], headers)
    if (status === 404 && /^NO_SUCH_|^DEVICE_NOT_EXPECTED$/.test(body?.code)) continue
    wrong.push(`${operation}: ${status} ${JSON.stringify(body)?.slice(0, 200)}`)
  }
  assert.deepEqual(wrong, [])
  assert.ok(operations.length > 20)
  assert.deepEqual(await allOfRed(), before)
})

test('the same through red itself is found: the ids are the right ones', async () => {
  const wrong: string[] = []
  for (const { operation, method, path } of operations) {
    // Of a dossier that is still being built there is no archive.
    if (method !== 'GET' || path.endsWith('/archive')) continue
    const { status, body } = await red.call(method, filled(path, RED))
    if (status !== 200) wrong.push(`${operation}: ${status} ${JSON.stringify(body)}`)
  }
  assert.deepEqual(wrong, [])
})

test('a bulk change that names devices of another product changes none of them', async () => {
  const before = await red.call('GET', `/products/${RED}/devices/${DEVICE}`)
  for (const chosen of [{ devices: [DEVICE] }, { filter: `id = "${DEVICE}"` }]) {
    const wanted = { ...chosen, change: { cohort: 'stolen' } }
    const { status, body } = await blue.call('POST', `/products/${BLUE}/device-changes`, wanted)
    // How many were named is no secret to who named them.
    assert.deepEqual([status, body.changed], [200, 0], JSON.stringify(body))
  }
  const after = await red.call('GET', `/products/${RED}/devices/${DEVICE}`)
  assert.deepEqual(after.body, before.body)
})
