import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { authoritiesOn, testSeal } from '../../test/support/test-authorities.ts'
import { openDatabase } from '../adapters/sql/database.ts'
import { sqlStores } from '../adapters/sql/sql-stores.ts'
import { SealedKeys } from '../server-keys/sealed-keys.ts'
import { WHOLE_SERVER } from '../server-keys/server-key.ts'
import { replaceServerAuthority } from './authorities.ts'
import { serverOptions } from './listener-options.ts'
import { keepPublicCopies } from './public-copies.ts'
import { openServerCertificate } from './server-certificate.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const DAY_MS = 86_400_000
const HOSTS = ['updates.example.com', '192.0.2.7', '::1']

/** What a server has of certificates, on a database of its own. */
async function server(t: TestContext, start = NOW) {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-tls-'))
  const connection = await openDatabase({ file: join(folder, 'fleetward.db') })
  t.after(async () => {
    await connection.destroy()
    await rm(folder, { recursive: true, force: true })
  })
  const database = sqlStores(connection)
  const seal = testSeal()
  const keys = new SealedKeys(seal)
  const clock = { at: start, now: () => clock.at }
  const authorities = await authoritiesOn(connection, seal, clock)
  const certificate = (hosts = HOSTS, days = 0) => {
    clock.at = new Date(start.getTime() + days * DAY_MS)
    return openServerCertificate({ database, keys, authorities, hosts, clock })
  }
  const rotate = async () => {
    await database.transaction((stores) => replaceServerAuthority(stores, keys, clock.now()))
    await authorities.refresh()
  }
  const again = () => authoritiesOn(connection, seal, clock)
  return { folder, database, authorities, certificate, rotate, again }
}

test('an authority is made once, and its key cannot be taken out of the process', async (t) => {
  const { authorities, again } = await server(t)
  const restarted = await again()
  assert.equal(restarted.fleetPem, authorities.fleetPem)
  assert.equal(restarted.server.pem, authorities.server.pem)
  const certificate = new X509Certificate(authorities.fleetPem)
  assert.ok(certificate.ca)
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  await assert.rejects(crypto.subtle.exportKey('pkcs8', authorities.server.key))
})

test('the server’s certificate is for its hosts and kept while it lasts', async (t) => {
  const { authorities, certificate: open, database } = await server(t)
  const made = await open()
  const certificate = new X509Certificate(made.certificatePem)
  assert.ok(certificate.verify(new X509Certificate(authorities.server.pem).publicKey))
  assert.equal(certificate.checkHost('updates.example.com'), 'updates.example.com')
  assert.equal(certificate.checkIP('192.0.2.7'), '192.0.2.7')
  assert.equal(certificate.checkIP('::1'), '::1')
  assert.equal(certificate.checkHost('other.example.com'), undefined)

  assert.deepEqual(await open(), made)
  assert.deepEqual(await open(HOSTS, 59), made)
  const renewed = await open(HOSTS, 61)
  assert.notEqual(renewed.certificatePem, made.certificatePem)
  const renamed = await open(['elsewhere.example.com'], 61)
  assert.notEqual(renamed.certificatePem, renewed.certificatePem)
  // An instance that goes by the other names keeps its own.
  assert.deepEqual(await open(HOSTS, 61), renewed)
  const [stored] = await database.serverKeys.ring('tls', WHOLE_SERVER)
  assert.ok(stored)
  await database.serverKeys.replacePublic(stored, 'damaged')
  assert.match((await open(HOSTS, 61)).certificatePem, /^-----BEGIN CERTIFICATE-----/)
})

test('the certificates lie beside the database for whoever needs them, and no key does', async (t) => {
  const { folder, authorities } = await server(t)
  await keepPublicCopies(join(folder, 'ca'), authorities)
  const pem = await readFile(join(folder, 'ca', 'fleet-ca.pem'), 'utf8')
  assert.equal(pem, authorities.fleetPem)
})

/** TLS as a device does it: only what its factory pack held is trusted. */
function handshake(
  { keyPem, certificatePem }: { keyPem: string; certificatePem: string },
  trusted: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const listener = createServer(serverOptions({ keyPem, certificatePem }), (socket) =>
      socket.end(),
    )
    listener.on('tlsClientError', () => {})
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo
      const socket = connect({ port, host: '127.0.0.1', ca: trusted, servername: HOSTS[0] ?? '' })
      socket.on('secureConnect', () => resolve('welcome'))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      socket.on('close', () => listener.close(() => reject(new Error('closed'))))
    })
  })
}

test('after a rotation of the server CA devices of old and new factory packs are let in, also after several', async (t) => {
  // The clock of OpenSSL is the real one.
  const start = new Date(Date.now() - 4 * DAY_MS)
  const { authorities, certificate, rotate, database } = await server(t, start)
  const packs = [authorities.server.pem]
  for (const days of [0, 1, 2]) {
    await certificate(HOSTS, days)
    await rotate()
    packs.push(authorities.server.pem)
    assert.equal((await database.serverKeys.ring('server-ca', WHOLE_SERVER)).length, 1)
  }
  const current = await certificate(HOSTS, 3)
  for (const pack of packs) assert.equal(await handshake(current, pack), 'welcome')
  const { authorities: strange } = await server(t, start)
  assert.notEqual(await handshake(current, strange.server.pem), 'welcome')
})

test('openssl finds the way from an old factory pack to the new server CA', async (t) => {
  const { folder, authorities, certificate, rotate } = await server(t)
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const pack = await file('pack.pem', authorities.server.pem)
  await rotate()
  const { certificatePem } = await certificate()
  const sent = await file('sent.pem', certificatePem)
  const verified = execFileSync(
    'openssl',
    [
      'verify',
      '-x509_strict',
      '-attime',
      `${NOW.getTime() / 1000}`,
      '-CAfile',
      pack,
      '-untrusted',
      sent,
      sent,
    ],
    { encoding: 'utf8' },
  )
  assert.match(verified, /: OK/)
})
