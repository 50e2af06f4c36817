import assert from 'node:assert/strict'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import {
  type CertificateChange,
  certsOnly,
  TestAuthority,
  x509,
} from '../../../../test/support/test-certificates.ts'
import { HttpsClient } from '../connection/https-client.ts'
import { type DeviceIdentity, enrol, findIdentity, isRenewalDue, renew } from './identity.ts'

const NAME = { product: 'lumen-g1', device: 'G1-0001' }
const TOKEN = 'one-time-token-of-the-factory'
const DAY_MS = 86_400_000

let scratch: string
let serverCa: TestAuthority
let fleetCa: TestAuthority
const cleanups: (() => void)[] = []

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'fleetward-identity-'))
  serverCa = await TestAuthority.create('server CA')
  fleetCa = await TestAuthority.create('fleet CA')
})
after(async () => {
  for (const cleanup of cleanups) cleanup()
  await rm(scratch, { recursive: true })
})

interface Asked {
  readonly path: string
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly publicKey: string
  readonly commonName: string | undefined
}

/** What the authority answers; the default is what it should. */
type Issue = (request: x509.Pkcs10CertificateRequest) => Promise<x509.X509Certificate[]>

const issueRightly =
  (change: CertificateChange = {}): Issue =>
  async (request) => [
    await fleetCa.deviceCertificate(NAME.product, NAME.device, request.publicKey, change),
  ]

interface Authority {
  readonly url: string
  readonly asked: Asked[]
  issue: Issue
  /** Takes the request, works on it, and the answer is lost. */
  losesAnswer: boolean
}

async function startAuthority(): Promise<Authority> {
  const pair = await serverCa.server()
  const asked: Asked[] = []
  const authority = { url: '', asked, issue: issueRightly(), losesAnswer: false }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const der = Buffer.from(await text(request), 'base64')
    const csr = new x509.Pkcs10CertificateRequest(der)
    assert.equal(await csr.verify(), true)
    asked.push({
      path: request.url ?? '',
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'],
      publicKey: Buffer.from(csr.publicKey.rawData).toString('base64'),
      commonName: String((request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? ''),
    })
    const certificates = await authority.issue(csr)
    if (authority.losesAnswer) {
      request.socket.destroy()
      return
    }
    response.writeHead(200, { 'content-type': 'application/pkcs7-mime; smime-type=certs-only' })
    response.end(certsOnly(...certificates))
  }
  const server = createServer(
    {
      cert: pair.certificate,
      key: pair.key,
      ca: fleetCa.pem,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      answer(request, response).catch(() => request.socket.destroy())
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  authority.url = `https://localhost:${(server.address() as AddressInfo).port}`
  return authority
}

function clientOf(identity?: DeviceIdentity): HttpsClient {
  const client = new HttpsClient({
    ca: serverCa.pem,
    ...(identity === undefined ? {} : { identity: () => identity.tls }),
  })
  cleanups.push(() => client.close())
  return client
}

const newFolder = async () => join(await mkdtemp(join(scratch, 'device-')), 'identity')

function enrolAt(authority: Authority, folder: string): Promise<DeviceIdentity> {
  return enrol({ folder, name: NAME, client: clientOf(), server: authority.url, token: TOKEN })
}

// CRA P-048, P-068
test('enrols with the token, and the key is its own and private', async () => {
  const authority = await startAuthority()
  const folder = await newFolder()
  const identity = await enrolAt(authority, folder)

  const [asked] = authority.asked
  assert.equal(asked?.path, '/.well-known/est/simpleenroll')
  assert.equal(asked?.contentType, 'application/pkcs10')
  const credentials = Buffer.from(`G1-0001:${TOKEN}`).toString('base64')
  assert.equal(asked?.authorization, `Basic ${credentials}`)

  for (const file of ['key.pem', 'certificate.pem']) {
    assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600)
  }
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
  const own = createPublicKey(await readFile(join(folder, 'key.pem'), 'utf8'))
  assert.ok(own.equals(identity.certificate.publicKey))
  assert.deepEqual((await findIdentity(folder, NAME))?.tls, identity.tls)
})

test('an enrolled device asks nobody', async () => {
  const authority = await startAuthority()
  const folder = await newFolder()
  const first = await enrolAt(authority, folder)
  const second = await enrolAt(authority, folder)
  assert.equal(authority.asked.length, 1)
  assert.equal(second.tls.certificate, first.tls.certificate)
})

test('after a lost answer it asks again with the same key', async () => {
  const authority = await startAuthority()
  const folder = await newFolder()
  authority.losesAnswer = true
  await assert.rejects(enrolAt(authority, folder), { name: 'TransferError' })
  assert.deepEqual(await readdir(folder), ['key.pem'])
  assert.equal(await findIdentity(folder, NAME), undefined)

  authority.losesAnswer = false
  await enrolAt(authority, folder)
  const keys = new Set(authority.asked.map(({ publicKey }) => publicKey))
  assert.equal(keys.size, 1)
  assert.ok(authority.asked.length >= 2)
})

const wrongAnswers: [string, Issue][] = [
  [
    'another key',
    async () => [
      new x509.X509Certificate((await fleetCa.device(NAME.product, NAME.device)).certificate),
    ],
  ],
  [
    'another device',
    async (csr) => [await fleetCa.deviceCertificate(NAME.product, 'G1-0002', csr.publicKey)],
  ],
  [
    'another product',
    async (csr) => [await fleetCa.deviceCertificate('other', NAME.device, csr.publicKey)],
  ],
  ['another common name', issueRightly({ commonName: 'G1-0002' })],
  ['a server', issueRightly({ isServer: true })],
  ['nobody', async () => [new x509.X509Certificate(fleetCa.pem)]],
]
for (const [what, issue] of wrongAnswers) {
  test(`refuses a certificate for ${what}, and keeps nothing of it`, async () => {
    const authority = await startAuthority()
    authority.issue = issue
    const folder = await newFolder()
    await assert.rejects(enrolAt(authority, folder), { code: 'SERVER_REFUSED' })
    assert.deepEqual(await readdir(folder), ['key.pem'])
  })
}

test('finds its own certificate in a chain', async () => {
  const authority = await startAuthority()
  authority.issue = async (csr) => [
    new x509.X509Certificate(fleetCa.pem),
    ...(await issueRightly()(csr)),
  ]
  const identity = await enrolAt(authority, await newFolder())
  assert.equal(identity.certificate.subject, 'CN=G1-0001')
})

test('renews with the certificate it has, and the new one is used from then on', async () => {
  const authority = await startAuthority()
  const folder = await newFolder()
  const before = await enrolAt(authority, folder)
  const after = await renew({
    folder,
    identity: before,
    client: clientOf(before),
    server: authority.url,
  })
  const asked = authority.asked.at(-1)
  assert.equal(asked?.path, '/.well-known/est/simplereenroll')
  assert.equal(asked?.authorization, undefined)
  assert.equal(asked?.commonName, 'G1-0001')
  assert.equal(asked?.publicKey, authority.asked[0]?.publicKey)
  assert.notEqual(after.tls.certificate, before.tls.certificate)
  const stored = await readFile(join(folder, 'certificate.pem'), 'utf8')
  assert.equal(new X509Certificate(stored).serialNumber, after.certificate.serialNumber)
})

test('a failed renewal leaves the certificate that works', async () => {
  const authority = await startAuthority()
  const folder = await newFolder()
  const identity = await enrolAt(authority, folder)
  authority.issue = wrongAnswers[0]?.[1] as Issue
  const renewal = { folder, identity, client: clientOf(identity), server: authority.url }
  await assert.rejects(renew(renewal), { code: 'SERVER_REFUSED' })
  assert.deepEqual((await findIdentity(folder, NAME))?.tls, identity.tls)
})

test('renewal is due when a third of the certificate’s life is left', async () => {
  const authority = await startAuthority()
  const from = Date.UTC(2026, 0, 1)
  authority.issue = issueRightly({
    notBefore: new Date(from),
    notAfter: new Date(from + 300 * DAY_MS),
  })
  const identity = await enrolAt(authority, await newFolder())
  assert.equal(isRenewalDue(identity, from + 200 * DAY_MS - 1000), false)
  assert.equal(isRenewalDue(identity, from + 200 * DAY_MS), true)
})

test('a key and a certificate that do not fit each other are damage, not an identity', async () => {
  const authority = await startAuthority()
  const folder = await newFolder()
  await enrolAt(authority, folder)
  const other = await fleetCa.device(NAME.product, NAME.device)
  await writeFile(join(folder, 'key.pem'), other.key)
  await assert.rejects(findIdentity(folder, NAME), { code: 'STATE_CORRUPT' })
  await writeFile(join(folder, 'key.pem'), 'no key')
  await assert.rejects(findIdentity(folder, NAME), { code: 'STATE_CORRUPT' })
  await rm(join(folder, 'key.pem'))
  await assert.rejects(findIdentity(folder, NAME), { code: 'STATE_CORRUPT' })
})
