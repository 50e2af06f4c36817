import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, test } from 'node:test'
import { type DoctorSite, doctorSite, finding } from '../../../../test/support/doctor-site.ts'
import { TestAuthority, x509 } from '../../../../test/support/test-certificates.ts'

const DAY_MS = 86_400_000
let device: DoctorSite
beforeEach(async () => {
  const authority = await TestAuthority.create()
  device = await doctorSite(authority)
  const { certificate, key } = await authority.device('lumen-g1', 'G1-0001')
  await writeFile(device.at('data/identity/key.pem'), key)
  await writeFile(device.at('data/identity/certificate.pem'), certificate)
})
afterEach(() => device.remove())

const after = async (id: string, days: number) =>
  (await finding(id, device.site({}, { nowMs: Date.now() + days * DAY_MS }))).level

test('the device’s certificate is well for two thirds of its year, then to be renewed, then expired', async () => {
  assert.equal(await after('identity-valid', -3), 'wrong')
  assert.equal(await after('identity-valid', 0), 'ok')
  assert.equal(await after('identity-valid', 200), 'ok')
  assert.equal(await after('identity-valid', 300), 'warning')
  assert.equal(await after('identity-valid', 366), 'wrong')
})

test('a key that is not the certificate’s is wrong; without a certificate the device waits for its enrolment', async () => {
  const other = await (await TestAuthority.create()).device('lumen-g1', 'G1-0001')
  await writeFile(device.at('data/identity/key.pem'), other.key)
  assert.equal(await after('identity-valid', 0), 'wrong')
  await writeFile(device.at('data/identity/key.pem'), other.key)
  await rm(device.at('data/identity/certificate.pem'))
  assert.equal(await after('identity-valid', 0), 'note')
})

test('the server’s authority is a warning in its last year, and wrong after it', async () => {
  assert.equal(await after('server-authority-valid', 0), 'ok')
  assert.equal(await after('server-authority-valid', 3650 - 100), 'warning')
  assert.equal(await after('server-authority-valid', 3651), 'wrong')
})

test('an authority that ends may stay beside the one that follows it', async () => {
  const both = `${await endingAuthority()}${(await TestAuthority.create('the next')).pem}`
  await writeFile(device.at('pack/server-ca.pem'), both)
  assert.equal(await after('server-authority-valid', 3), 'ok')
  await writeFile(device.at('pack/server-ca.pem'), await endingAuthority())
  assert.equal(await after('server-authority-valid', 3), 'wrong')
})

/** Valid for a day. */
async function endingAuthority(): Promise<string> {
  const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: '01', name: 'CN=old' },
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    keys: keys as x509.X509CertificateCreateSelfSignedParams['keys'],
    extensions: [new x509.BasicConstraintsExtension(true)],
  })
  return `${certificate.toString('pem')}\n`
}
