import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ensurePageIdentity } from './page-identity.ts'

const folder = await mkdtemp(join(tmpdir(), 'fleetward-page-'))
after(() => rm(folder, { recursive: true }))
const names = ['gateway.local', '127.0.0.1', '192.168.1.20', 'fe80::1', '2001:db8::ffff:1.2.3.4']

test('a device makes its own certificate, with all its names, once, and keeps the key to itself', async () => {
  const made = await ensurePageIdentity(folder, 'LG1-00017', names)
  const certificate = new X509Certificate(made.cert)
  assert.equal(certificate.subject, 'CN=LG1-00017')
  assert.equal(certificate.issuer, 'CN=LG1-00017')
  assert.ok(certificate.verify(certificate.publicKey))
  assert.equal(certificate.ca, false)
  for (const address of names.slice(1)) assert.equal(certificate.checkIP(address), address)
  assert.equal(certificate.checkHost('gateway.local'), 'gateway.local')
  assert.equal(certificate.checkHost('evil.example'), undefined)
  // A device without a clock of its own begins in 1970 and must still be able to use it for decades.
  assert.ok(new Date(certificate.validTo).getUTCFullYear() === 9999)
  assert.equal((await stat(join(folder, 'tls-key.pem'))).mode & 0o777, 0o600)
  assert.deepEqual(await ensurePageIdentity(folder, 'LG1-00017', names), made)
})

test('a browser that trusts the certificate gets through TLS with it', async () => {
  const { key, cert } = await ensurePageIdentity(folder, 'LG1-00017', names)
  const server = createServer({ key, cert }, (_, response) => response.end('in'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const asked = request({ host: '127.0.0.1', port, ca: cert }).end()
  const [answer] = await once(asked, 'response')
  answer.resume()
  assert.equal(answer.statusCode, 200)
  server.close()
  server.closeAllConnections()
})

test('a key and a certificate that are damaged or do not belong together are replaced', async () => {
  const before = await ensurePageIdentity(folder, 'LG1-00017', names)
  const other = await mkdtemp(join(folder, 'other-'))
  const stranger = await ensurePageIdentity(other, 'LG1-00018', names)
  for (const wrong of [stranger.key, '', 'no key']) {
    await writeFile(join(folder, 'tls-key.pem'), wrong)
    const after = await ensurePageIdentity(folder, 'LG1-00017', names)
    assert.notEqual(after.fingerprint, before.fingerprint)
    assert.equal(await readFile(join(folder, 'tls-key.pem'), 'utf8'), after.key)
  }
})
