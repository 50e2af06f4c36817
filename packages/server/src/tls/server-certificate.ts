/**
 * The certificate that devices and operators meet on every listener: for the names in
 * `settings.host`, signed by the server CA, made anew long before it expires and when the names or the CA
 * change. Its key is made anew with it, and sealed; the instances of one database share it.
 */
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { generateKey } from '@fleetward/platform'
import { spkiOf } from '@fleetward/shared'
import type { Clock } from '../ports.ts'
import type { SealedKeys } from '../server-keys/sealed-keys.ts'
import { WHOLE_SERVER } from '../server-keys/server-key.ts'
import type { Database } from '../stores.ts'
import type { Authorities } from './authorities.ts'
import { BACKDATE_MS, type CertificateAuthority } from './certificate-authority.ts'
import { ECDSA_SHA256, newSerial, P256, x509 } from './x509.ts'

const LIFETIME_MS = 90 * 86_400_000
/** Before its end it is made anew. */
export const RENEWAL_MS = 30 * 86_400_000

export interface ServerCertificate {
  readonly keyPem: string
  /** With what leads from former server CAs to it. */
  readonly certificatePem: string
}

export interface CertificateNeeds {
  readonly database: Database
  readonly keys: SealedKeys
  readonly authorities: Pick<Authorities, 'server' | 'serverChain'>
  readonly hosts: readonly string[]
  readonly clock: Clock
}

/** The certificate on record when it still fits, a new one otherwise. */
export async function openServerCertificate({
  database,
  keys,
  authorities,
  hosts,
  clock,
}: CertificateNeeds): Promise<ServerCertificate> {
  const name = { purpose: 'tls', product: WHOLE_SERVER, id: tlsKeyId(hosts) } as const
  const now = clock.now()
  return database.transaction(async ({ serverKeys }) => {
    const ring = await serverKeys.ring('tls', WHOLE_SERVER)
    const known = ring.find(({ id }) => id === name.id)
    if (known !== undefined && (await fits(known.public, authorities.server, now))) {
      const certificatePem = known.public + authorities.serverChain
      return { keyPem: (await keys.open(known)).plainPem(), certificatePem }
    }
    const key = generateKey('ecdsa-p256')
    const pem = await issueServerCertificate(authorities.server, hosts, spkiOf(key.publicKey), now)
    await serverKeys.remove(name)
    const createdAt = Math.floor(now.getTime() / 1000)
    await serverKeys.add(await keys.sealed({ ...name, public: pem }, key, createdAt))
    return { keyPem: key.plainPem(), certificatePem: pem + authorities.serverChain }
  })
}

/** Instances that go by different names have a certificate each. */
export function tlsKeyId(hosts: readonly string[]): string {
  return createHash('sha256').update(hosts.join('\n')).digest('hex').slice(0, 32)
}

async function fits(pem: string, authority: CertificateAuthority, now: Date): Promise<boolean> {
  try {
    const certificate = new x509.X509Certificate(pem)
    return (
      certificate.notAfter.getTime() - now.getTime() > RENEWAL_MS &&
      certificate.notBefore <= now &&
      (await certificate.verify({ publicKey: authority.certificate, signatureOnly: true }))
    )
  } catch {
    // Damaged: it is replaced, nobody pins it.
    return false
  }
}

export async function issueServerCertificate(
  authority: CertificateAuthority,
  hosts: readonly string[],
  spki: Uint8Array,
  now: Date,
): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    // Names stand in the SAN alone (RFC 9525 §2); host names may be longer than a CN can be.
    subject: 'CN=Fleetward server',
    issuer: authority.certificate.subject,
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + LIFETIME_MS),
    publicKey: await new x509.PublicKey(new Uint8Array(spki)).export(P256, ['verify']),
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
  return `${certificate.toString('pem')}\n`
}
