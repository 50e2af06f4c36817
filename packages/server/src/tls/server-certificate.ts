/**
 * The certificate that devices and operators meet on every listener: for the names in
 * `settings.host`, signed by the server CA, made anew long before it expires and when the names
 * change. Its key is made anew with it.
 */
import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import { BACKDATE_MS, type CertificateAuthority, readIfThere } from './certificate-authority.ts'
import { ECDSA_SHA256, generateP256, newSerial, x509 } from './x509.ts'

const LIFETIME_MS = 90 * 86_400_000
const RENEWAL_MS = 30 * 86_400_000

export interface ServerCertificate {
  readonly keyPem: string
  readonly certificatePem: string
}

/** The certificate on the disk when it still fits, a new one otherwise. */
export async function openServerCertificate(
  folder: string,
  authority: CertificateAuthority,
  hosts: readonly string[],
  now: Date,
): Promise<ServerCertificate> {
  const file = join(folder, 'server.pem')
  await makeDirectory(folder, 0o700)
  // Key and certificate share one file, so that a power loss cannot leave two that do not fit.
  const stored = await readIfThere(file)
  if (stored !== undefined) {
    const [keyPem, certificatePem] = split(stored)
    if (await fits(certificatePem, authority, hosts, now)) return { keyPem, certificatePem }
  }
  const made = await issue(authority, hosts, now)
  await writeFileDurably(file, made.keyPem + made.certificatePem, { mode: 0o600 })
  return made
}

function split(stored: string): [keyPem: string, certificatePem: string] {
  const at = stored.indexOf('-----BEGIN CERTIFICATE-----')
  return [stored.slice(0, at), stored.slice(at)]
}

async function fits(
  pem: string,
  authority: CertificateAuthority,
  hosts: readonly string[],
  now: Date,
): Promise<boolean> {
  try {
    const certificate = new x509.X509Certificate(pem)
    const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? []
    return (
      certificate.notAfter.getTime() - now.getTime() > RENEWAL_MS &&
      certificate.notBefore <= now &&
      names.map((name) => name.value).join(' ') === hosts.join(' ') &&
      (await certificate.verify({ publicKey: authority.certificate, signatureOnly: true }))
    )
  } catch {
    // Damaged: it is replaced, nobody pins it.
    return false
  }
}

async function issue(
  authority: CertificateAuthority,
  hosts: readonly string[],
  now: Date,
): Promise<ServerCertificate> {
  const pair = await generateP256()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    // Names stand in the SAN alone (RFC 9525 §2); host names may be longer than a CN can be.
    subject: 'CN=Fleetward server',
    issuer: authority.certificate.subject,
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + LIFETIME_MS),
    publicKey: pair.publicKey,
    signingKey: authority.key,
    signingAlgorithm: ECDSA_SHA256,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  })
  const der = await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)
  return {
    keyPem: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`,
    certificatePem: `${certificate.toString('pem')}\n`,
  }
}
