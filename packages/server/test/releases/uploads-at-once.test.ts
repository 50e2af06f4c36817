/** Too many uploads are refused before they are read, and none holds its place without moving. CRA P-080 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { filesOf, PRODUCT } from '../support/desk.ts'
import { aRelease } from '../support/gated.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const PLACES = 8

type Credential = Readonly<Record<string, string>>

async function machine(server: TestServer): Promise<Credential> {
  const token = (await readFile(server.running?.adminTokenFile ?? '', 'utf8')).trim()
  return { authorization: `Bearer ${token}` }
}

async function somebody(server: TestServer): Promise<Credential> {
  return { ...(await signedIn(server, [{ role: 'administrator', product: '*' }])).credential }
}

/** Says that much is to come, sends one byte of it, and waits. */
function begun(
  server: TestServer,
  { path, length }: { path: string; length: number },
  credential: Credential,
): ClientRequest {
  const headers = { ...BYTES, ...credential, 'content-length': length }
  const upload = request(server.url(`/api/1${path}`), { method: 'PUT', headers, agent: false })
  upload.on('error', () => {
    // The test ends it.
  })
  upload.write('x')
  return upload
}

/** Of several accounts, for one does not get them all. */
async function allPlaces(server: TestServer, what: { path: string; length: number }) {
  const uploads: ClientRequest[] = []
  while (uploads.length < PLACES) {
    const credential = await somebody(server)
    uploads.push(begun(server, what, credential), begun(server, what, credential))
  }
  return uploads
}

async function answerTo(upload: ClientRequest) {
  const [answer] = (await once(upload, 'response')) as [IncomingMessage]
  answer.setEncoding('utf8')
  const { code } = JSON.parse((await answer.toArray()).join(''))
  return { status: answer.statusCode, code }
}

function refusedAmong(uploads: readonly ClientRequest[]) {
  return Promise.race(uploads.map(answerTo))
}

const release = aRelease('1.4.3')
const [artifact] = filesOf(release)
const evidence = new TextEncoder().encode('%PDF-')
const digest = createHash('sha256').update(evidence).digest('hex')
const asEvidence = `kind=pentest&name=ci&outcome=passed&subject=${artifact?.sha256}`

const KINDS = [
  {
    ...{ what: 'evidence', path: `/products/${PRODUCT}/evidence/files/${digest}?${asEvidence}` },
    ...{ length: 32 * 1024 * 1024, whole: evidence, code: 'TOO_MANY_REQUESTS', status: 200 },
  },
  {
    ...{ what: 'files of a release', path: `/products/${PRODUCT}/files/${artifact?.sha256}` },
    ...{ length: 5, whole: release.artifact, code: 'TOO_MANY_REQUESTS', status: 200 },
  },
  {
    ...{ what: 'feeds', path: '/feeds/osv?kind=osv', length: 3 * 1024 ** 3 },
    ...{ whole: new TextEncoder().encode('{}'), code: 'TOO_MANY_IMPORTS', status: 422 },
  },
] as const

for (const { what, path, length, whole, code, status } of KINDS) {
  test(`of ${what} so many are taken in at once; the next is refused unread, and has its place later`, {
    timeout: 30_000,
  }, async (t) => {
    const server = await TestServer.start(t)
    const { desk } = await server.product()
    await server.upload('security', desk.roleMetadata('security', 1, [release]))
    const uploads = await allPlaces(server, { path, length })
    uploads.push(begun(server, { path, length }, await machine(server)))
    const refused = await refusedAmong(uploads)
    assert.deepEqual([refused.status, refused.code], [429, code])
    for (const upload of uploads) upload.destroy()
    for (;;) {
      const later = await server.call('PUT', path, whole, BYTES)
      if (later.status === 429) continue
      assert.equal(later.status, status, JSON.stringify(later.body))
      break
    }
  })
}

for (const { kind, ofAccount } of [
  { kind: KINDS[0], ofAccount: 3 },
  { kind: KINDS[1], ofAccount: 3 },
  { kind: KINDS[2], ofAccount: 5 },
]) {
  test(`one account has ${ofAccount} of the places for ${kind.what}, and leaves the others`, {
    timeout: 30_000,
  }, async (t) => {
    const server = await TestServer.start(t)
    const { desk } = await server.product()
    await server.upload('security', desk.roleMetadata('security', 1, [release]))
    const one = await somebody(server)
    const uploads = Array.from({ length: ofAccount + 1 }, () => begun(server, kind, one))
    const refused = await refusedAmong(uploads)
    assert.deepEqual([refused.status, refused.code], [429, kind.code])
    const other = await server.call('PUT', kind.path, kind.whole, BYTES)
    assert.equal(other.status, kind.status, JSON.stringify(other.body))
    for (const upload of uploads) upload.destroy()
  })
}

for (const { how, kind, leastBytes, dripMs } of [
  { how: 'falls silent', kind: KINDS[2], leastBytes: 1, dripMs: undefined },
  { how: 'comes drop by drop', kind: KINDS[0], leastBytes: 64 * 1024, dripMs: 20 },
]) {
  test(`an upload that ${how} is cut off, and its place is somebody else's`, {
    timeout: 30_000,
  }, async (t) => {
    const bodyTime = { idleMs: 1_000, leastBytes, totalMs: 30_000 }
    const server = await TestServer.start(t, {}, { bodyTime })
    await server.product()
    const { path, whole, status } = kind
    const uploads = await allPlaces(server, kind)
    const drips = uploads.map(
      (upload) => dripMs && setInterval(() => upload.destroyed || upload.write('x'), dripMs),
    )
    t.after(() => {
      for (const drip of drips) clearInterval(drip)
    })
    for (const answer of await Promise.all(uploads.map(answerTo))) {
      assert.deepEqual([answer.status, answer.code], [408, 'BODY_TOO_SLOW'])
    }
    for (;;) {
      const later = await server.call('PUT', path, whole, BYTES)
      if (later.status === 429) {
        // The connections are just being closed.
        await setTimeout(100)
        continue
      }
      assert.equal(later.status, status, JSON.stringify(later.body))
      break
    }
  })
}

test('a feed comes by itself while uploads of feeds hold all places', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-places-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const feeds = join(folder, 'feeds')
  await mkdir(feeds)
  const server = await TestServer.start(t, { feeds: { folders: [feeds] } })
  const kev = await readFile(
    join(import.meta.dirname, '../../../vulnerability/test-data/kev.json.gz'),
  )
  const place = join(feeds, 'kev.json.gz')
  await writeFile(place, kev)
  const uploads = await allPlaces(server, KINDS[2])
  uploads.push(begun(server, KINDS[2], await machine(server)))
  assert.equal((await refusedAmong(uploads)).status, 429)
  const wish = { feed: 'kev', kind: 'kev', place, everySeconds: 3600 }
  assert.equal((await server.call('POST', '/feed-sources', wish)).status, 201)
  await server.keepBooks()
  const [{ outcome, trouble }] = (await server.call('GET', '/feed-sources')).body
  assert.equal(outcome, 'imported', trouble)
  for (const upload of uploads) upload.destroy()
})
