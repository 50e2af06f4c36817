/** A feed that comes with under half of what it had, from a machine, a person and a mirror. CRA P-036 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type Caller, signedIn, signIn, storesOf } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const DATA = join(import.meta.dirname, '../../../vulnerability/test-data')
const KEV = JSON.parse(gunzipSync(await readFile(join(DATA, 'kev.json.gz'))).toString())
const BYTES = { 'content-type': 'application/octet-stream' }
const OFFICER = [{ role: 'securityOfficer', product: '*' }] as const
const ALL = 1404

/** A list that is whole in itself, with what its positive control looks for. */
function listOf(count: number): Buffer {
  const isControl = ({ cveID }: { cveID: string }) => cveID === 'CVE-2021-44228'
  const [control] = KEV.vulnerabilities.filter(isControl)
  const others = KEV.vulnerabilities.filter((one: { cveID: string }) => !isControl(one))
  const vulnerabilities = [control, ...others].slice(0, count)
  return Buffer.from(JSON.stringify({ ...KEV, count, vulnerabilities }))
}

type Importing = Pick<Caller, 'call'> | Pick<TestServer, 'call'>
const importing = (by: Importing, count: number, more = '') =>
  by.call('PUT', `/feeds/kev?kind=kev${more}`, listOf(count), BYTES)

const recordsOf = async (server: TestServer) => (await server.call('GET', '/feeds')).body[0].records

async function withKev(t: TestContext, settings: object = {}) {
  const server = await TestServer.start(t, settings)
  assert.equal((await importing(server, ALL)).body.records, ALL)
  return server
}

test('a stub in the place of a list is refused with both counts, and the list counts on', async (t) => {
  const server = await withKev(t)
  const { body: before } = await server.call('GET', '/feeds')
  const { status, body } = await importing(server, 701)
  assert.deepEqual([status, body.code], [409, 'FEED_SHRANK'])
  assert.deepEqual(body.facts, { records: 701, mostRecords: ALL })
  assert.match(body.title, /--accept-fewer/)
  assert.deepEqual((await server.call('GET', '/feeds')).body, before)
  const { events } = storesOf(server)
  await events.order()
  const told = (await events.after(0, 500)).filter(({ type }) => type === 'feed.import-failed')
  assert.deepEqual(
    told.map(({ data }) => (data as { code: string }).code),
    ['FEED_SHRANK'],
  )
})

test('nobody halves a list step by step', async (t) => {
  const server = await withKev(t)
  assert.equal((await importing(server, 702)).status, 200)
  assert.equal((await importing(server, 400)).body.code, 'FEED_SHRANK')
  assert.equal(await recordsOf(server), 702)
})

test('only a person with a fresh proof says that it is meant, and the audit log has it', async (t) => {
  const server = await withKev(t)
  const officer = await signedIn(server, OFFICER)
  const earlier = await signIn(server, officer.account, { provedAgo: 301 })
  const accepted = (by: Importing) => importing(by, 3, '&acceptFewer=true')
  assert.equal((await accepted(server)).body.code, 'NOT_PERMITTED', 'the machine token')
  assert.equal((await accepted(earlier)).body.code, 'STEP_UP_REQUIRED')
  assert.equal((await importing(officer, 3)).body.code, 'FEED_SHRANK', 'who does not say it')
  assert.equal(await recordsOf(server), ALL)
  assert.equal((await accepted(officer)).body.records, 3)
  const { body: entries } = await server.call('GET', '/audit?action=feed.imported&limit=10')
  const [last] = entries
  assert.deepEqual(
    [last.actor.id, last.after.records, last.after.acceptedFewerThan],
    [officer.account.id, 3, ALL],
  )
  // From here on it is held to what was accepted.
  assert.equal((await importing(server, 2)).status, 200)
  assert.equal((await importing(server, 1)).body.code, 'FEED_SHRANK')
})

test('what a machine uploads under the name of a feed with a source does not shut the source out', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-shrinks-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const place = join(folder, 'kev.json')
  await writeFile(place, listOf(400))
  const server = await TestServer.start(t, { feeds: { folders: [folder] } })
  const outcome = async () => (await server.call('GET', '/feed-sources')).body[0].outcome
  const wish = { feed: 'kev', kind: 'kev', place, everySeconds: 3600 }
  await server.call('POST', '/feed-sources', wish)
  // Before the source was read for the first time, and after.
  for (let i = 0; i < 2; i += 1) {
    assert.equal((await importing(server, 1000)).body.records, 1000)
    server.clock.at = new Date(server.clock.at.getTime() + 3_600_000)
    await server.keepBooks()
    assert.deepEqual([await outcome(), await recordsOf(server)], ['imported', 400])
  }
  // The upload is held to what the source had.
  assert.equal((await importing(server, 199)).body.code, 'FEED_SHRANK')
})

test('a mirror that has lost its half is in trouble, and what was there gets older', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-shrinks-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'feeds'))
  const place = join(folder, 'feeds', 'kev.json')
  const server = await withKev(t, { feeds: { folders: [join(folder, 'feeds')] } })
  const { body: before } = await server.call('GET', '/feeds')
  await writeFile(place, listOf(5))
  const wish = { feed: 'kev', kind: 'kev', place, everySeconds: 3600 }
  assert.equal((await server.call('POST', '/feed-sources', wish)).status, 201)
  await server.keepBooks()
  const [source] = (await server.call('GET', '/feed-sources')).body
  assert.equal(source.outcome, 'failed')
  assert.match(source.trouble, /had 1404 records, and this has 5/)
  assert.deepEqual((await server.call('GET', '/feeds')).body, before)
  await writeFile(place, listOf(ALL))
  server.clock.at = new Date(server.clock.at.getTime() + 3_600_000)
  await server.keepBooks()
  assert.equal((await server.call('GET', '/feed-sources')).body[0].outcome, 'imported')
})
