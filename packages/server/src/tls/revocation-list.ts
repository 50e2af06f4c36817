/**
 * A certificate revocation list (RFC 5280 §5) of the fleet CA, for a broker that cannot ask our database. Our own
 * listeners do not need it: they ask for every connection.
 */
import type { CertificateAuthority } from './certificate-authority.ts'
import { BACKDATE_MS } from './certificate-authority.ts'
import { ECDSA_SHA256, x509 } from './x509.ts'

/** A broker that gets no newer list for this long lets nobody in any more; a new one is made every day. */
export const REVOCATION_LIST_LIFETIME_MS = 30 * 86_400_000

/** PEM. `serials`: lower-case hex. */
export async function revocationList(
  { certificate, key }: CertificateAuthority,
  serials: Iterable<string>,
  now: Date,
): Promise<string> {
  const list = await x509.X509CrlGenerator.create({
    issuer: certificate.subject,
    thisUpdate: new Date(now.getTime() - BACKDATE_MS),
    nextUpdate: new Date(now.getTime() + REVOCATION_LIST_LIFETIME_MS),
    entries: Array.from(serials, (serialNumber) => ({ serialNumber, revocationDate: now })),
    signingKey: key,
    signingAlgorithm: ECDSA_SHA256,
    extensions: [await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey)],
  })
  // The label of RFC 7468 §7; OpenSSL knows no other.
  return `${x509.PemConverter.encode(list.rawData, 'X509 CRL')}\n`
}
