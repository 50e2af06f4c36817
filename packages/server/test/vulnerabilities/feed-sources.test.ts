/** Feeds that come by themselves, from a real https mirror and from folders of the server's. CRA P-036, P-041 */
import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { Supplier, supplierDocument } from '../../../vulnerability/test/supplier.ts'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import { importFeed } from '../../src/feeds/import-feed.ts'
import { newSource } from '../../src/feeds/sources/feed-source.ts'
import type { Database } from '../../src/stores.ts'
import { signedIn, storesOf } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const DATA = join(import.meta.dirname, '../../../vulnerability/test-data')
const KEV = await readFile(join(DATA, 'kev.json.gz'))
const HOUR = 3600

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** An https server of somebody's, whose certificate is of an authority of his own. */
class Mirror {
  answer: Answer = (_, response) => response.end(KEV)
  readonly asked: IncomingMessage[] = []
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(t: TestContext, folder: string): Promise<{ mirror: Mirror; caFile: string }> {
    const authority = await TestAuthority.create()
    const { certificate, key } = await authority.server()
    const caFile = join(folder, 'mirror-ca.pem')
    await writeFile(caFile, authority.pem)
    const server = createServer({ cert: certificate, key })
    const mirror = new Mirror(server)
    server.on('request', (request, response) => {
      mirror.asked.push(request)
      mirror.answer(request, response)
    })
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    t.after(() => {
      server.closeAllConnections()
      server.close()
    })
    return { mirror, caFile }
  }

  url(path = '/kev.json.gz', host = 'localhost'): string {
    return `https://${host}:${(this.#server.address() as AddressInfo).port}${path}`
  }
}

async function withMirror(t: TestContext, settings: object = { allowNetworks: ['127.0.0.0/8'] }) {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-mirror-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const { mirror, caFile } = await Mirror.start(t, folder)
  const feeds = { folders: [join(folder, 'feeds')], caFile, ...settings }
  await mkdir(join(folder, 'feeds'))
  const server = await TestServer.start(t, { feeds })
  const set = (place: string, more: object = {}, feed = 'kev') =>
    server.call('POST', '/feed-sources', {
      ...{ feed, kind: 'kev', place, everySeconds: 6 * HOUR, ...more },
    })
  const source = async () => (await server.call('GET', '/feed-sources')).body[0]
  const feed = async () => (await server.call('GET', '/feeds')).body[0]
  const failures = async () => {
    const { events } = storesOf(server)
    await events.order()
    return (await events.after(0, 500)).filter(({ type }) => type === 'feed.import-failed')
  }
  return { folder, mirror, server, set, source, feed, failures }
}

function later(server: TestServer, seconds: number): void {
  server.clock.at = new Date(server.clock.at.getTime() + seconds * 1000)
}

test('a feed comes by itself, and again when its time is over', async (t) => {
  const { mirror, server, set, source, feed } = await withMirror(t)
  const answer = await set(mirror.url())
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  await server.keepBooks()
  const first = await feed()
  assert.deepEqual([first.records, first.control, first.source], [1404, 'hit', mirror.url()])
  const { outcome, nextAt, triedAt } = await source()
  assert.deepEqual([outcome, nextAt - triedAt], ['imported', 6 * HOUR])
  await server.keepBooks()
  assert.equal(mirror.asked.length, 1)
  later(server, 6 * HOUR)
  await server.keepBooks()
  assert.equal(mirror.asked.length, 2)
  assert.equal((await feed()).importedAt, first.importedAt + 6 * HOUR)
})

test('what the source has not changed is not read again, and is as new as if it had been', async (t) => {
  const { mirror, server, set, source, feed } = await withMirror(t)
  mirror.answer = (request, response) => {
    response.setHeader('etag', '"v1"')
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end()
    else response.end(KEV)
  }
  await set(mirror.url())
  await server.keepBooks()
  const first = await feed()
  later(server, 6 * HOUR)
  await server.keepBooks()
  assert.equal((await source()).outcome, 'unchanged')
  assert.equal((await feed()).importedAt, first.importedAt + 6 * HOUR)
  // Set anew it is read anew.
  await set(mirror.url())
  await server.keepBooks()
  assert.equal((await source()).outcome, 'imported')
})

const BYTES = { 'content-type': 'application/octet-stream' }

test('what somebody uploads under its name is not confirmed by a source that has nothing newer', async (t) => {
  const { mirror, server, set, source, feed } = await withMirror(t)
  const upload = () => server.call('PUT', '/feeds/kev?kind=kev', KEV, BYTES)
  const unchanging: Answer = (request, response) => {
    response.setHeader('etag', '"v1"')
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end()
    else response.end(KEV)
  }
  mirror.answer = unchanging
  await set(mirror.url())
  await server.keepBooks()
  assert.equal((await upload()).status, 200)
  // Not asked when the upload was newer than the last try, and not later either.
  later(server, 6 * HOUR)
  mirror.answer = (_, response) => response.writeHead(503).end()
  await server.keepBooks()
  assert.notEqual((await feed()).source, mirror.url())
  later(server, 6 * HOUR)
  mirror.answer = unchanging
  await server.keepBooks()
  assert.deepEqual([(await source()).outcome, (await feed()).source], ['imported', mirror.url()])

  // One that comes while the source is asked.
  let uploads = 0
  mirror.answer = (request, response) => {
    if (request.headers['if-none-match'] === undefined) return unchanging(request, response)
    uploads += 1
    upload().then(() => unchanging(request, response), assert.ifError)
  }
  later(server, 6 * HOUR)
  await server.keepBooks()
  assert.equal(uploads, 1)
  assert.deepEqual([(await source()).outcome, (await feed()).source], ['imported', mirror.url()])
})

const TROUBLES: readonly (readonly [string, Answer, RegExp, string])[] = [
  ['an error', (_, response) => response.writeHead(500).end('x'), /status 500/, 'REFUSED'],
  [
    'half of it',
    (_, response) => {
      response.writeHead(200, { 'content-length': KEV.length })
      response.write(KEV.subarray(0, 5_000), () => response.destroy())
    },
    /broke off/,
    'CUT_OFF',
  ],
  [
    'half of it, as if it were all',
    (_, response) => response.end(KEV.subarray(0, 5_000)),
    /./,
    'FEED_REFUSED',
  ],
  [
    'another packing',
    (_, response) => response.setHeader('content-encoding', 'br').end(KEV),
    /packed: as br/,
    'PACKED',
  ],
  [
    'a packing that steers terminals',
    (_, response) => response.setHeader('content-encoding', '\u009b2J').end(KEV),
    /packed: as \?2J$/,
    'PACKED',
  ],
  [
    'a way to plain http',
    (_, response) => response.writeHead(302, { location: 'http://localhost/kev' }).end(),
    /http:\/\/localhost\/kev leads to no https address/,
    'ADDRESS_FORBIDDEN',
  ],
  [
    'a way to a file',
    (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    /leads to no https address/,
    'ADDRESS_FORBIDDEN',
  ],
  [
    'a way to the metadata of a cloud',
    (_, response) => response.writeHead(307, { location: 'https://169.254.169.254/latest' }).end(),
    /leads to no https address/,
    'ADDRESS_FORBIDDEN',
  ],
  [
    'a way around and around',
    (_, response) => response.writeHead(301, { location: '/kev.json.gz' }).end(),
    /leads on and on/,
    'REDIRECTED_TOO_OFTEN',
  ],
]

test('whatever a mirror does instead, the last good one counts, and it is told', async (t) => {
  const { mirror, server, set, source, feed, failures } = await withMirror(t)
  await set(mirror.url())
  await server.keepBooks()
  const good = await feed()
  for (const [what, answer, trouble, code] of TROUBLES) {
    mirror.answer = answer
    await set(mirror.url())
    await server.keepBooks()
    const { outcome, trouble: said, troubleCode, failureCount, nextAt, triedAt } = await source()
    assert.deepEqual([outcome, failureCount, nextAt - triedAt], ['failed', 1, 900], what)
    assert.match(said, trouble, what)
    assert.equal(troubleCode, code, what)
    assert.deepEqual(await feed(), good, what)
  }
  assert.equal((await failures()).length, TROUBLES.length)
})

test('what fails is tried again sooner, each time a little later, and then as usual', async (t) => {
  const { mirror, server, set, source } = await withMirror(t)
  mirror.answer = (_, response) => response.writeHead(503).end()
  await set(mirror.url())
  for (const wait of [900, 1800, 3600, 7200, 14_400, 6 * HOUR, 6 * HOUR]) {
    await server.keepBooks()
    const { nextAt, triedAt } = await source()
    assert.equal(nextAt - triedAt, wait)
    later(server, wait)
  }
  mirror.answer = (_, response) => response.end(KEV)
  await server.keepBooks()
  const { outcome, failureCount, trouble, troubleCode } = await source()
  assert.deepEqual([outcome, failureCount], ['imported', 0])
  assert.deepEqual([trouble, troubleCode], [undefined, undefined])
})

test('a mirror inside is reached only where the settings allow it, by name and by address', async (t) => {
  const { mirror, server, set, source } = await withMirror(t, { allowNetworks: [] })
  const direct = await set(mirror.url('/', '127.0.0.1'))
  assert.deepEqual([direct.status, direct.body.code], [422, 'PLACE_FORBIDDEN'])
  // A name is looked up when it is used.
  assert.equal((await set(mirror.url())).status, 201)
  await server.keepBooks()
  assert.match((await source()).trouble, /may be reached/)
  assert.equal(mirror.asked.length, 0)
})

test('a mirror whose certificate nobody trusts is not believed', async (t) => {
  const { mirror, server, set, source } = await withMirror(t, {
    ...{ allowNetworks: ['127.0.0.0/8'], caFile: undefined },
  })
  await set(mirror.url())
  await server.keepBooks()
  assert.match((await source()).trouble, /certificate/)
})

test('where the source has a digest beside it, only what fits it is imported', async (t) => {
  const { mirror, server, set, source, feed } = await withMirror(t)
  const { createHash } = await import('node:crypto')
  let digest = createHash('sha256').update(KEV).digest('hex')
  mirror.answer = (request, response) =>
    response.end(request.url === '/kev.json.gz.sha256?at=1' ? `${digest}  kev.json.gz\n` : KEV)
  await set(mirror.url('/kev.json.gz?at=1'), { digestBeside: true })
  await server.keepBooks()
  assert.deepEqual((await feed()).checkedAgainst, ['.sha256'])
  digest = 'f'.repeat(64)
  await set(mirror.url('/kev.json.gz?at=1'), { digestBeside: true })
  await server.keepBooks()
  assert.match((await source()).trouble, /SHA-256/)
})

test('a folder of the server is a source where the settings name it, and nothing else is', async (t) => {
  const { folder, server, set, source, feed } = await withMirror(t)
  const feeds = join(folder, 'feeds')
  await cp(join(DATA, 'osv'), join(feeds, 'osv'), { recursive: true })
  assert.equal((await set(join(feeds, 'osv'), { kind: 'osv' }, 'osv')).status, 201)
  await server.keepBooks()
  assert.deepEqual([(await source()).outcome, (await feed()).records], ['imported', 3])
  await symlink('/etc', join(feeds, 'link'))
  for (const place of [
    ...['/etc/passwd', join(feeds, 'link', 'passwd'), join(feeds, '..', 'mirror-ca.pem')],
    ...[`${feeds}-not-there`, join(feeds, 'missing')],
  ]) {
    const { status, body } = await set(place, { kind: 'osv' }, 'other')
    assert.deepEqual([status, body.code], [422, 'PLACE_FORBIDDEN'], place)
  }
  // What was below it when it was set, and is not any more.
  await rm(join(feeds, 'osv'), { recursive: true })
  await symlink('/etc', join(feeds, 'osv'))
  later(server, 6 * HOUR)
  await server.keepBooks()
  assert.match((await source()).trouble, /is not below a folder/)
  assert.equal((await feed()).records, 3)
})

test('a supplier whose key is known is believed what it signed, from a folder, an address and an upload', async (t) => {
  const { folder, mirror, server, set, source, feed } = await withMirror(t)
  const supplier = await Supplier.create(server.clock.now())
  const feeds = join(folder, 'feeds')
  const text = supplierDocument('EX-1')
  await writeFile(join(feeds, 'a.json'), text)
  await writeFile(join(feeds, 'a.json.asc'), await supplier.sign(text))
  await writeFile(join(feeds, 'b.json'), supplierDocument('EX-2'))
  const wish = { kind: 'csaf', openPgpKey: supplier.armored }
  assert.equal((await set(feeds, { kind: 'csaf' }, 'modems')).status, 201)
  await server.keepBooks()
  assert.deepEqual([(await feed()).records, (await feed()).signatures], [2, 'notChecked'])
  const answer = await set(feeds, wish, 'modems')
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  assert.match(answer.body.openPgpFingerprints.join(), /^[0-9A-F]{40}$/)
  await server.keepBooks()
  const { records, signatures, skipped } = await feed()
  assert.deepEqual([records, signatures], [1, 'verified'])
  assert.deepEqual(skipped, [{ id: 'b.json', reason: 'has no OpenPGP signature beside it' }])

  // An upload of the same feed is held to the same key.
  const bytes = { 'content-type': 'application/octet-stream' }
  const path = '/feeds/modems?kind=csaf'
  const upload = await server.call('PUT', path, Buffer.from(supplierDocument('EX-3')), bytes)
  assert.deepEqual([upload.status, upload.body.code], [422, 'FEED_REFUSED'])

  const given = new Map([
    ['/x.json', text],
    ['/x.json.asc', await supplier.sign(text)],
  ])
  mirror.answer = ({ url = '' }, response) => response.end(given.get(url))
  await set(mirror.url('/x.json'), wish, 'modems')
  await server.keepBooks()
  assert.equal((await source()).outcome, 'imported')
  given.set('/x.json.asc', await (await Supplier.create(server.clock.now())).sign(text))
  later(server, 6 * HOUR)
  await server.keepBooks()
  assert.match((await source()).trouble, /signature is of no key that is trusted here/)
  assert.equal((await feed()).records, 1)
})

test('what was read without a key does not come in once a key is asked for', async (t) => {
  const { folder, server, feed } = await withMirror(t)
  const { armored } = await Supplier.create(server.clock.now())
  const path = join(folder, 'feeds', 'a.json')
  await writeFile(path, supplierDocument('EX-1'))
  const database = storesOf(server)
  const control = undefined
  const wish = { feed: 'modems', kind: 'csaf', source: path, control } as const
  const signer = { armored, fingerprints: ['A'.repeat(40)] }
  const source = {
    ...{ ...wish, place: path, everySeconds: HOUR, hasDigestBeside: false, signer: undefined },
  }
  const find = async (id: string) => {
    const found = await database.feedSources.find(id)
    // Not by a call: its fetch would give this import up in another way.
    await database.feedSources.save({ ...newSource(source, 1), signer })
    return found
  }
  const meanwhile: Database = {
    ...database,
    feedSources: { ...database.feedSources, find },
    transaction: (work) => database.transaction(work),
  }
  await assert.rejects(
    importFeed(
      { database: meanwhile, clock: server.clock },
      wish,
      { path, sha256: undefined },
      {
        actor: SERVER_ACTOR,
      },
    ),
    { code: 'FEED_IMPORT_GIVEN_UP', message: /Whose signature modems must have/ },
  )
  assert.equal(await feed(), undefined)
})

test('a key that is none, and one for what nobody signs, set no source', async (t) => {
  const { mirror, set } = await withMirror(t)
  const noise = await set(mirror.url(), { kind: 'csaf', openPgpKey: 'key' })
  assert.deepEqual([noise.status, noise.body.code], [422, 'OPENPGP_KEY_INVALID'])
  const { body } = await set(mirror.url(), { kind: 'kev', openPgpKey: 'key' })
  assert.match(JSON.stringify(body), /is for documents of CSAF/)
})

test('plain http, a password, a file and a word are no sources', async (t) => {
  const { set } = await withMirror(t)
  for (const place of [
    ...['http://example.org/kev.json', 'https://me:secret@example.org/', 'file:///etc/passwd'],
    ...['https://169.254.169.254/', 'https://[fe80::1]/', 'https://[::ffff:10.0.0.1]/', 'kev.json'],
  ]) {
    const { status, body } = await set(place)
    assert.deepEqual([status, body.code], [422, 'PLACE_FORBIDDEN'], place)
  }
})

test('only an administrator sets a source; what is removed is fetched no more', async (t) => {
  const { mirror, server, set } = await withMirror(t)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  const wish = { feed: 'kev', kind: 'kev', place: mirror.url(), everySeconds: HOUR }
  assert.equal((await officer.call('POST', '/feed-sources', wish)).body.code, 'NOT_PERMITTED')
  await set(mirror.url())
  assert.equal((await officer.call('GET', '/feed-sources')).body.length, 1)
  assert.equal((await server.call('DELETE', '/feed-sources/kev')).status, 204)
  assert.equal((await server.call('DELETE', '/feed-sources/kev')).body.code, 'NO_SUCH_FEED_SOURCE')
})
