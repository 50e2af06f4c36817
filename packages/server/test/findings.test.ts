/** From a feed and a release to findings, over the API. CRA P-036, P-039, P-040, P-042 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Desk, PRODUCT } from './support/desk.ts'
import { gatewaySbom } from './support/gateway-sbom.ts'
import { signedIn } from './support/people.ts'
import { TestServer } from './support/test-server.ts'

const DATA = join(import.meta.dirname, '../../vulnerability/test-data')
const BYTES = { 'content-type': 'application/octet-stream' }
const SYSTEMINFORMATION = await readFile(join(DATA, 'osv/GHSA-2m8v-572m-ff2v.json'))
const KEV = await readFile(join(DATA, 'kev.json.gz'))

async function inTheField(t: TestContext, ...versions: readonly string[]) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await released(server, desk, 1, versions)
  return { server, desk }
}

function released(server: TestServer, desk: Desk, number: number, versions: readonly string[]) {
  const releases = versions.map((version, at) => ({
    ...{ version, kind: 'security' as const, securityCounter: at + 1 },
    ...{ artifact: new TextEncoder().encode(version), sbom: gatewaySbom(version).text },
  }))
  return server.publish(desk, number, releases)
}

function imported(server: TestServer, feed: string, kind: string, bytes: Uint8Array) {
  return server.call('PUT', `/feeds/${feed}?kind=${kind}`, bytes, BYTES)
}

const namesOf = (body: readonly { vulnerability: string; isExploited: boolean }[]) =>
  body.map(({ vulnerability, isExploited }) => [vulnerability, isExploited])

test('a feed that comes after the release finds what is in it, and KEV says that it is exploited', async (t) => {
  const { server } = await inTheField(t, '1.4.2', '1.4.3')
  await server.keepBooks()
  assert.deepEqual((await server.of('GET', '/findings')).body, [])
  const before = (await server.of('GET', '/releases/1.4.2/coverage')).body
  assert.deepEqual([before.state, before.coverage.lookedUpCount], ['matched', 0])

  const osv = await imported(server, 'osv-npm', 'osv', SYSTEMINFORMATION)
  assert.deepEqual([osv.status, osv.body.records, osv.body.control], [200, 1, 'hit'])
  await server.keepBooks()
  const found = await server.of('GET', '/findings')
  assert.deepEqual(namesOf(found.body), [['CVE-2021-21315', false]])
  const { id } = found.body[0]
  const { body: finding } = await server.of('GET', `/findings/${id}`)
  assert.deepEqual(
    finding.releases.map((one: { version: string; componentVersion: string }) => [
      one.version,
      one.componentVersion,
    ]),
    [['1.4.2', '5.2.5']],
  )
  assert.equal(finding.releases[0].why[0].because.fixed, '5.3.1')

  const kev = await imported(server, 'kev', 'kev', KEV)
  assert.deepEqual([kev.status, kev.body.records], [200, 1404])
  await server.keepBooks()
  await server.keepBooks()
  assert.deepEqual(namesOf((await server.of('GET', '/findings?exploited=true')).body), [
    ['CVE-2021-21315', true],
  ])
  const { body: coverage } = await server.of('GET', '/releases/1.4.2/coverage')
  assert.deepEqual(
    [coverage.isCurrent, coverage.coverage.componentCount, coverage.coverage.lookedUpCount],
    [true, 3, 2],
  )
  assert.deepEqual(coverage.coverage.notLookedUpCounts, { NO_IDENTIFIER: 1 })
  assert.equal(coverage.sbom.format, 'CycloneDX')
})

test('findings are asked for by severity, release and any of their names', async (t) => {
  const { server } = await inTheField(t, '1.4.2', '1.4.3')
  await imported(server, 'osv', 'osv', SYSTEMINFORMATION)
  await server.keepBooks()
  const count = async (query: string) => (await server.of('GET', `/findings?${query}`)).body.length
  assert.equal(await count('severity=critical'), 1, 'what nobody rated may be that bad')
  assert.equal(await count('exploited=true'), 0)
  assert.equal(await count('release=1.4.2'), 1)
  assert.equal(await count('release=1.4.3'), 0)
  assert.equal(await count('vulnerability=GHSA-2m8v-572m-ff2v'), 1)
  assert.equal(await count('vulnerability=GHSA-2m8v-572m-ff2_'), 0)
})

test('a finding ends with the last release that had it, and stays to be read', async (t) => {
  const { server } = await inTheField(t, '1.4.2')
  await imported(server, 'osv', 'osv', SYSTEMINFORMATION)
  await server.keepBooks()
  await server.of('POST', '/releases/1.4.2/withdraw', {})
  await server.keepBooks()
  assert.deepEqual((await server.of('GET', '/findings')).body, [])
  const { body } = await server.of('GET', '/findings?ended=true')
  assert.equal(body[0].endedAt, body[0].firstSeenAt)
  assert.equal((await server.of('GET', '/releases/1.4.2/coverage')).body.state, 'withdrawn')
})

test('a server that starts again goes on where it was, also with releases that nobody indexed', async (t) => {
  const { server } = await inTheField(t, '1.4.2')
  await imported(server, 'osv', 'osv', SYSTEMINFORMATION)
  await server.stop()
  await server.start()
  await server.keepBooks()
  assert.equal((await server.of('GET', '/findings')).body.length, 1)
})

test('a file that is no feed is refused, and the feed before still counts', async (t) => {
  const { server } = await inTheField(t, '1.4.2')
  await imported(server, 'osv', 'osv', SYSTEMINFORMATION)
  const { body: before } = await server.call('GET', '/feeds')
  for (const bytes of [new TextEncoder().encode('{'), KEV.subarray(0, 5_000)]) {
    const { status, body } = await imported(server, 'osv', 'osv', bytes)
    assert.deepEqual([status, body.code], [422, 'FEED_REFUSED'])
  }
  assert.deepEqual((await server.call('GET', '/feeds')).body, before)
  const other = await imported(server, 'osv', 'kev', KEV)
  assert.deepEqual([other.status, other.body.code], [409, 'FEED_OF_ANOTHER_KIND'])
})

test('who may read findings does not import feeds, and a viewer sees none', async (t) => {
  const { server } = await inTheField(t, '1.4.2')
  const manager = await signedIn(server, [{ role: 'releaseManager', product: PRODUCT }])
  const viewer = await signedIn(server, [{ role: 'viewer', product: PRODUCT }])
  const path = `/products/${PRODUCT}/findings`
  assert.equal((await manager.call('GET', path)).status, 200)
  assert.equal((await viewer.call('GET', path)).body.code, 'NOT_PERMITTED')
})
