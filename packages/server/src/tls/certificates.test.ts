import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openAuthority } from './certificate-authority.ts'
import { openServerCertificate } from './server-certificate.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const DAY_MS = 86_400_000
const HOSTS = ['updates.example.com', '192.0.2.7', '::1']

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'fleetward-tls-'))
  t.after(() => rm(made, { recursive: true, force: true }))
  return made
}

test('an authority is made once, its key for its user alone', async (t) => {
  const at = join(await folder(t), 'ca')
  const made = await openAuthority(at, 'fleet-ca', NOW)
  const again = await openAuthority(at, 'fleet-ca', new Date(NOW.getTime() + 400 * DAY_MS))
  assert.equal(again.pem, made.pem)
  assert.equal((await stat(join(at, 'fleet-ca-key.pem'))).mode & 0o777, 0o600)
  assert.equal((await stat(at)).mode & 0o777, 0o700)
  const certificate = new X509Certificate(made.pem)
  assert.ok(certificate.ca)
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  await assert.rejects(crypto.subtle.exportKey('pkcs8', made.key))
})

test('a first start that was cut off after the key goes on with that key', async (t) => {
  const at = await folder(t)
  const made = await openAuthority(at, 'server-ca', NOW)
  await rm(join(at, 'server-ca.pem'))
  const again = await openAuthority(at, 'server-ca', NOW)
  assert.ok(new X509Certificate(again.pem).verify(new X509Certificate(made.pem).publicKey))
})

test('an authority without its key, or with another’s, is never replaced silently', async (t) => {
  const at = await folder(t)
  await openAuthority(at, 'fleet-ca', NOW)
  await openAuthority(at, 'server-ca', NOW)
  const pem = await readFile(join(at, 'fleet-ca.pem'), 'utf8')
  await writeFile(join(at, 'fleet-ca-key.pem'), await readFile(join(at, 'server-ca-key.pem')))
  await assert.rejects(openAuthority(at, 'fleet-ca', NOW), /is not the key of/)
  await rm(join(at, 'fleet-ca-key.pem'))
  await assert.rejects(openAuthority(at, 'fleet-ca', NOW), /restore its key/)
  assert.equal(await readFile(join(at, 'fleet-ca.pem'), 'utf8'), pem)
})

test('the server’s certificate is for its hosts and kept while it lasts', async (t) => {
  const at = await folder(t)
  const authority = await openAuthority(at, 'server-ca', NOW)
  const open = (hosts = HOSTS, days = 0) =>
    openServerCertificate(at, authority, hosts, new Date(NOW.getTime() + days * DAY_MS))
  const made = await open()
  const certificate = new X509Certificate(made.certificatePem)
  assert.ok(certificate.verify(new X509Certificate(authority.pem).publicKey))
  assert.equal(certificate.checkHost('updates.example.com'), 'updates.example.com')
  assert.equal(certificate.checkIP('192.0.2.7'), '192.0.2.7')
  assert.equal(certificate.checkIP('::1'), '::1')
  assert.equal(certificate.checkHost('other.example.com'), undefined)
  assert.equal((await stat(join(at, 'server.pem'))).mode & 0o777, 0o600)

  assert.deepEqual(await open(), made)
  assert.deepEqual(await open(HOSTS, 59), made)
  const renewed = await open(HOSTS, 61)
  assert.notEqual(renewed.certificatePem, made.certificatePem)
  const renamed = await open(['elsewhere.example.com'], 61)
  assert.notEqual(renamed.certificatePem, renewed.certificatePem)
  await writeFile(join(at, 'server.pem'), 'damaged')
  assert.match((await open()).certificatePem, /^-----BEGIN CERTIFICATE-----/)
})

test('a certificate of a former authority is replaced', async (t) => {
  const at = await folder(t)
  const former = await openAuthority(join(at, 'former'), 'server-ca', NOW)
  const authority = await openAuthority(join(at, 'now'), 'server-ca', NOW)
  const old = await openServerCertificate(at, former, HOSTS, NOW)
  const current = await openServerCertificate(at, authority, HOSTS, NOW)
  assert.notEqual(current.certificatePem, old.certificatePem)
  assert.ok(
    new X509Certificate(current.certificatePem).verify(
      new X509Certificate(authority.pem).publicKey,
    ),
  )
})
