import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { ArtifactServer } from '../../../../test/support/artifact-server.ts'
import { releaseOf } from '../../../../test/support/slot-artifact.ts'
import { type PemPair, TestAuthority } from '../../../../test/support/test-certificates.ts'
import { HttpsClient } from '../connection/https-client.ts'
import { ArtifactLinks } from './artifact-links.ts'
import { HttpsTransfer } from './https-transfer.ts'
import { artifactPath } from './partial-artifact.ts'

const CHUNK = 64 * 1024
const BYTES = randomBytes(5 * CHUNK + 99)

/** A store that anybody may read from; remembers who asked for what. */
class Store {
  readonly asked: { range: string | undefined; showedWho: boolean; follows: unknown }[] = []
  readonly #server: Server
  bytes: Buffer = BYTES
  status: number | undefined
  location: string | undefined

  constructor({ certificate, key }: PemPair) {
    this.#server = createServer({
      cert: certificate,
      key,
      requestCert: true,
      rejectUnauthorized: false,
    })
    this.#server.on('request', (request, response) => {
      const { range, 'fleetward-follows': follows } = request.headers
      const shown = (request.socket as TLSSocket).getPeerCertificate()
      this.asked.push({ range, showedWho: shown?.subject !== undefined, follows })
      if (this.status !== undefined) {
        response.writeHead(this.status, { ...(this.location && { location: this.location }) }).end()
        return
      }
      const first = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
      const { length } = this.bytes
      if (range !== undefined) {
        response.setHeader('content-range', `bytes ${first}-${length - 1}/${length}`)
      }
      response.writeHead(range === undefined ? 200 : 206, { 'content-length': length - first })
      response.end(this.bytes.subarray(first))
    })
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `https://localhost:${this.port}/artifacts/ab/cd?X-Amz-Signature=0`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

let serverCa: TestAuthority
let storeCa: TestAuthority
let device: PemPair
let server: ArtifactServer
let store: Store
let scratch: string
const clients: HttpsClient[] = []

before(async () => {
  ;[serverCa, storeCa] = [await TestAuthority.create(), await TestAuthority.create('store CA')]
  const fleetCa = await TestAuthority.create('fleet CA')
  device = await fleetCa.device('lumen-g1', 'G1-0001')
  server = await ArtifactServer.start(BYTES, await serverCa.server(), fleetCa.pem)
  store = new Store(await storeCa.server())
  await store.start()
  scratch = await mkdtemp(join(tmpdir(), 'fleetward-links-'))
})
after(async () => {
  await server.stop()
  store.stop()
  await rm(scratch, { recursive: true })
})
afterEach(() => {
  server.faults = []
  Object.assign(store, { bytes: BYTES, status: undefined, location: undefined })
  store.asked.length = 0
  for (const client of clients.splice(0)) client.close()
})

async function setUp({ ca = storeCa.pem, withLinks = true } = {}) {
  const folder = await mkdtemp(join(scratch, 'device-'))
  const { release, chunkList } = releaseOf(BYTES, { chunkBytes: CHUNK })
  const identity = () => ({ certificate: device.certificate, key: device.key })
  const client = new HttpsClient({ ca: serverCa.pem, identity })
  const linkClient = new HttpsClient({ ca })
  clients.push(client, linkClient)
  const links = new ArtifactLinks({ client: linkClient, host: 'localhost', port: store.port })
  const transfer = new HttpsTransfer({
    ...{ client, server: server.url, folder, fetchTarget: async () => chunkList },
    ...(withLinks ? { links } : {}),
  })
  const fetch = () =>
    transfer.fetch(release, { signal: new AbortController().signal, onProgress: () => {} })
  return { fetch, links, arrived: () => readFile(artifactPath(folder, release.sha256)) }
}

const to = (location: string) => ({ status: 307, headers: { location } })

test('a link to the store of the settings is followed, and the store does not learn who asks', async () => {
  const { fetch, arrived } = await setUp()
  server.faults = [to(store.url)]
  await fetch()
  assert.deepEqual(await arrived(), BYTES)
  assert.deepEqual(store.asked, [{ range: undefined, showedWho: false, follows: undefined }])
})

test('a download goes on past the server where it was cut off', async () => {
  const { fetch, arrived } = await setUp()
  server.faults = [{ cutAfter: 2 * CHUNK + 5 }, to(store.url)]
  await assert.rejects(fetch(), { code: 'TRANSFER_CUT_OFF' })
  await fetch()
  assert.deepEqual(await arrived(), BYTES)
  assert.deepEqual(
    store.asked.map(({ range }) => range),
    [`bytes=${2 * CHUNK}-`],
  )
})

test('what a store gives is held against the signed hashes like everything', async () => {
  const { fetch } = await setUp()
  server.faults = [to(store.url)]
  store.bytes = Buffer.from(BYTES)
  store.bytes[CHUNK + 3] = (store.bytes[CHUNK + 3] ?? 0) ^ 1
  await assert.rejects(fetch(), { code: 'DIGEST_MISMATCH' })
})

const elsewhere: [what: string, location: (port: number) => string][] = [
  ['another host', (port) => `https://127.0.0.1:${port}/a`],
  ['another port', () => 'https://localhost:1/a'],
  ['no TLS', (port) => `http://localhost:${port}/a`],
  ['a name and a password', (port) => `https://a:b@localhost:${port}/a`],
  ['a file', () => 'file:///etc/passwd'],
  ['a place on the server itself', () => '/artifacts/ab'],
  ['something very long', (port) => `https://localhost:${port}/${'a'.repeat(5000)}`],
]
for (const [what, location] of elsewhere) {
  test(`a link to ${what} is followed nowhere`, async () => {
    const { fetch } = await setUp()
    server.faults = [to(location(store.port))]
    await assert.rejects(fetch(), { code: 'SERVER_REFUSED' })
    assert.deepEqual(store.asked, [])
  })
}

test('a device without such a setting follows no link', async () => {
  const { fetch } = await setUp({ withLinks: false })
  server.faults = [to(store.url)]
  await assert.rejects(fetch(), { code: 'SERVER_REFUSED' })
  assert.deepEqual(store.asked, [])
})

test('a store that sends further on is not followed, and the next try goes through the server', async () => {
  const { fetch, links, arrived } = await setUp()
  store.status = 307
  store.location = store.url
  server.faults = [to(store.url)]
  await assert.rejects(fetch(), { code: 'SERVER_REFUSED' })
  assert.equal(store.asked.length, 1)
  assert.deepEqual(links.header, {})
  server.faults = []
  await fetch()
  assert.deepEqual(await arrived(), BYTES)
})

test('a store of an authority that the settings do not name is not believed', async () => {
  const { fetch, links } = await setUp({ ca: serverCa.pem })
  server.faults = [to(store.url)]
  await assert.rejects(fetch(), { code: 'SERVER_UNREACHABLE' })
  assert.deepEqual(store.asked, [])
  assert.deepEqual(links.header, {})
})
