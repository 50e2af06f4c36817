/** From a CVE to the devices it is on, over the API. CRA P-053, P-111 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sqlStores } from '../src/adapters/sql/sql-stores.ts'
import { EXPOSED_STATES } from '../src/exposure/exposed-state.ts'
import { PRODUCT } from './support/desk.ts'
import { gatewaySbom } from './support/gateway-sbom.ts'
import { signedIn } from './support/people.ts'
import { ReportingFleet } from './support/reporting-fleet.ts'
import { TestServer } from './support/test-server.ts'

const DATA = join(import.meta.dirname, '../../vulnerability/test-data')
const BYTES = { 'content-type': 'application/octet-stream' }
const SYSTEMINFORMATION = await readFile(join(DATA, 'osv/GHSA-2m8v-572m-ff2v.json'))
const CVE = 'CVE-2021-21315'
const HOUR = 3_600
const DAY = 24 * HOUR

/** 1.4.2 has the hole; 1.4.3 has not. The finding is known, and `devices` run 1.4.2. */
async function exposedFleet(
  t: TestContext,
  devices: readonly string[],
  versions = ['1.4.2', '1.4.3'],
) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const releases = versions.map((version, at) => ({
    ...{ version, kind: 'security' as const, securityCounter: at + 1 },
    ...{ artifact: new TextEncoder().encode(version), sbom: gatewaySbom(version).text },
  }))
  await server.publish(desk, 1, releases)
  const fleet = new ReportingFleet(server)
  for (const id of devices) {
    await fleet.add([id])
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
  return { server, desk, fleet, finding, pass, exposure }
}

function stores(server: TestServer) {
  const database = server.edge?.database
  assert.ok(database)
  return sqlStores(database)
}

const names = (count: number) => Array.from({ length: count }, (_, at) => `lumen-${at + 1}`)

test('a CVE leads to its component, releases, devices, cohorts and countries', async (t) => {
  const { server, fleet, pass, exposure } = await exposedFleet(t, names(4))
  pass(HOUR)
  await fleet.commits('lumen-1', '1.4.3')
  for (const [device, country] of [
    ['lumen-2', 'de'],
    ['lumen-3', 'FR'],
    ['lumen-4', 'the moon'],
  ] as const) {
    await stores(server).fleet.setAttributes(PRODUCT, device, new Map([['country', country]]))
  }
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
  assert.deepEqual(shown(body.cohorts), [['everyone', 3]])
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
