import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import { authorityOf, newAuthority } from './certificate-authority.ts'
import { revocationList } from './revocation-list.ts'
import { ECDSA_SHA256, generateP256, newSerial, x509 } from './x509.ts'

test('OpenSSL refuses the certificates on the list and no others', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-crl-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const now = new Date()
  const made = await newAuthority('fleet-ca', now, { key: generateKey('ecdsa-p256') })
  const ca = await authorityOf(made.pem, made.key)
  const [spent, good] = [newSerial(), newSerial()]
  for (const serialNumber of [spent, good]) {
    const { publicKey } = await generateP256()
    const certificate = await x509.X509CertificateGenerator.create({
      ...{ serialNumber, subject: `CN=${serialNumber}`, issuer: ca.certificate.subject },
      ...{ notBefore: new Date(now.getTime() - 1000), notAfter: new Date(now.getTime() + 1e7) },
      ...{ publicKey, signingKey: ca.key, signingAlgorithm: ECDSA_SHA256 },
    })
    await writeFile(join(folder, serialNumber), certificate.toString('pem'))
  }
  await writeFile(join(folder, 'ca.pem'), ca.pem)
  await writeFile(join(folder, 'crl.pem'), await revocationList(ca, [spent], now))
  const verify = (serial: string) =>
    execFileSync(
      'openssl',
      ['verify', '-crl_check', '-CAfile', 'ca.pem', '-CRLfile', 'crl.pem', serial],
      { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
    )
  assert.match(verify(good), /OK/)
  assert.throws(() => verify(spent), /certificate revoked/)
})
