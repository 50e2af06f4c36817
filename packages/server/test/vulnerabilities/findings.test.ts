/** From a feed and a release to findings, over the API. CRA P-036, P-039, P-040 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Desk, PRODUCT } from '../support/desk.ts'
import { gatewaySbom } from '../support/gateway-sbom.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const DATA = join(import.meta.dirname, '../../../vulnerability/test-data')
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
    assert.match(body.title, /^The feed is not taken, and what was there stays: \S/)
    assert.doesNotMatch(body.title, /FEED_/)
    assert.match(body.facts.reason, /^FEED_[A-Z]+$/)
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

async function officerOn(server: TestServer) {
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  const { id } = (await server.of('GET', '/findings')).body[0]
  const path = `/products/${PRODUCT}/findings/${id}`
  const decide = (revision: number, body: object) =>
    officer.call('POST', `${path}/decide`, body, { 'if-match': `"${revision}"` })
  return { officer, path, decide }
}

test('a person says what a finding means, and the latest word on a release counts', async (t) => {
  const { server, desk } = await inTheField(t, '1.4.2')
  await imported(server, 'osv', 'osv', SYSTEMINFORMATION)
  await server.keepBooks()
  const { officer, path, decide } = await officerOn(server)
  assert.deepEqual((await officer.call('GET', path)).body.answers, [{ version: '1.4.2' }])

  const affected = { status: 'affected', action: 'Install 1.4.3', note: 'the status page calls it' }
  assert.equal((await decide(1, affected)).body.code, 'REVISION_CHANGED')
  assert.equal((await decide(0, { ...affected, action: '' })).body.code, 'REQUEST_INVALID')
  const foreign = await decide(0, { ...affected, releases: ['9.9.9'] })
  assert.equal(foreign.body.code, 'STATEMENT_INVALID')
  const first = await decide(0, affected)
  assert.deepEqual(first.body.answers, [{ version: '1.4.2', status: 'affected' }])
  assert.equal((await decide(0, affected)).body.code, 'REVISION_CHANGED')

  server.clock.at = new Date(server.clock.at.getTime() + 60_000)
  const justification = 'vulnerable_code_not_in_execute_path'
  const second = await decide(1, { status: 'not_affected', justification })
  assert.deepEqual(second.body.answers, [{ version: '1.4.2', status: 'not_affected' }])
  assert.deepEqual(
    second.body.statements.map(({ verdict }: { verdict: { status: string } }) => verdict.status),
    ['affected', 'not_affected'],
  )

  // Of a release that comes later nobody has said anything.
  const later = { text: gatewaySbom('1.4.2').text }
  await server.publish(desk, 2, [
    ...['1.4.2', '1.4.5'].map((version, at) => ({
      ...{ version, kind: 'security' as const, securityCounter: at + 1 },
      ...{ artifact: new TextEncoder().encode(version), sbom: later.text },
    })),
  ])
  await server.keepBooks()
  assert.deepEqual((await officer.call('GET', path)).body.answers, [
    { version: '1.4.2', status: 'not_affected' },
    { version: '1.4.5' },
  ])
  const entries = (await server.call('GET', '/audit?action=finding.decided')).body
  assert.equal(entries.length, 2)
})

test('a machine decides nothing', async (t) => {
  const { server } = await inTheField(t, '1.4.2')
  await imported(server, 'osv', 'osv', SYSTEMINFORMATION)
  await server.keepBooks()
  const { path } = await officerOn(server)
  const body = { status: 'under_investigation' }
  const answer = await server.call('POST', `${path}/decide`, body, { 'if-match': '"0"' })
  assert.deepEqual([answer.status, answer.body.code], [403, 'NOT_PERMITTED'])
})

for (const format of ['OpenVEX', 'CycloneDX', 'CSAF']) {
  test(`what was decided goes out as ${format}, comes in as a suggestion, and decides nothing there`, async (t) => {
    const { server } = await inTheField(t, '1.4.2')
    await imported(server, 'osv', 'osv', SYSTEMINFORMATION)
    await server.keepBooks()
    const { officer, path, decide } = await officerOn(server)
    const vex = `/products/${PRODUCT}/vex?format=${format}`
    assert.equal((await officer.call('GET', vex)).body.code, 'VEX_NOT_EXPORTABLE')
    await decide(0, { status: 'affected', action: 'Install 1.4.3' })
    const { status, body } = await officer.call('GET', vex)
    assert.equal(status, 200, JSON.stringify(body))
    const text = JSON.stringify(body.document)
    assert.match(text, /CVE-2021-21315/)
    assert.match(text, /pkg:generic\/lumen-gateway-g1@1\.4\.2/)

    const bytes = new TextEncoder().encode(text)
    const taken = await officer.call('PUT', vex, bytes, BYTES)
    assert.deepEqual([taken.status, taken.body.statements, taken.body.skipped], [200, 1, []])
    const { body: finding } = await officer.call('GET', path)
    assert.deepEqual([finding.suggestions.length, finding.statements.length], [1, 1])
    const broken = await officer.call('PUT', vex, new TextEncoder().encode('{}'), BYTES)
    assert.deepEqual([broken.status, broken.body.code], [422, 'VEX_INVALID'])
  })
}

// CRA P-036
test('the gate is closed without feeds, by what is exploited and by what nobody answered, and keeps what it said', async (t) => {
  const { server } = await inTheField(t, '1.4.2', '1.4.3')
  await server.keepBooks()
  const ask = async (version: string) =>
    (await server.of('POST', `/releases/${version}/gate`, {})).body
  const codes = ({ reasons }: { reasons: readonly { code: string }[] }) =>
    reasons.map(({ code }) => code)
  // Nobody knows yet in which of its parts the base has what this one fixes.
  assert.deepEqual(codes(await ask('1.4.3')), ['FEED_MISSING', 'FEED_MISSING', 'MORE_THAN_FIXES'])
  await imported(server, 'osv', 'osv', SYSTEMINFORMATION)
  assert.ok(codes(await ask('1.4.2')).includes('MATCHED_WITH_OLDER_FEEDS'))
  await server.keepBooks()
  const unanswered = await ask('1.4.2')
  assert.ok(codes(unanswered).includes('UNANSWERED'))
  await imported(server, 'kev', 'kev', KEV)
  await server.keepBooks()
  const closed = await ask('1.4.2')
  // The files of the test are of 2025 and 2021: old feeds close it, whatever they say.
  assert.deepEqual(
    [closed.isOpen, [...new Set(codes(closed))]],
    [false, ['FEED_NOT_FRESH', 'EXPLOITED']],
  )
  assert.deepEqual([...new Set(codes(await ask('1.4.3')))], ['FEED_NOT_FRESH'])
  const kept = (await server.of('GET', '/releases/1.4.2/gate')).body
  assert.deepEqual(kept[0], closed)
  assert.equal(kept.length, 3)
})
