import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, test } from 'node:test'
import { type DoctorSite, doctorSite, finding } from '../../../../test/support/doctor-site.ts'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'

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
