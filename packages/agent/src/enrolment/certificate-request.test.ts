import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import { x509 } from '../../../../test/support/test-certificates.ts'
import { certificateRequest, publicKeyInfo } from './certificate-request.ts'

test('openssl accepts the request and reads the device id in it', () => {
  const request = certificateRequest('G1-0001', generateKey('ecdsa-p256'))
  const args = ['req', '-inform', 'DER', '-verify', '-noout', '-subject', '-text']
  const output = execFileSync('openssl', args, { input: request, stdio: 'pipe' }).toString()
  assert.match(output, /^subject=CN ?= ?G1-0001$/m)
  assert.match(output, /ASN1 OID: prime256v1/)
})

test('another implementation reads the same and verifies the proof of possession', async () => {
  const key = generateKey('ecdsa-p256')
  const request = new x509.Pkcs10CertificateRequest(certificateRequest('Serial_1', key))
  assert.equal(request.subject, 'CN=Serial_1')
  assert.equal(await request.verify(), true)
  assert.ok(Buffer.from(request.publicKey.rawData).equals(publicKeyInfo(key)))
  assert.equal(request.attributes.length, 0)
})

test('asks for nothing with a key of another kind', () => {
  assert.throws(() => certificateRequest('G1-0001', generateKey('ed25519')), {
    code: 'STATE_CORRUPT',
  })
})

test('puts no name into a request that is no device id', () => {
  assert.throws(() => certificateRequest('a/CN=root', generateKey('ecdsa-p256')))
})
