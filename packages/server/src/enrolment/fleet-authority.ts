/** Words and signs device certificates, and packs answers the way EST wants them. */

import { deviceUrn } from '@fleetward/shared'
import type { CertificateAuthority } from '../tls/certificate-authority.ts'
import { BACKDATE_MS } from '../tls/certificate-authority.ts'
import { ECDSA_SHA256, newSerial, P256, x509 } from '../tls/x509.ts'

/** protocol §10 */
export const DEVICE_CERTIFICATE_LIFETIME_MS = 365 * 86_400_000

export interface IssuedCertificate {
  /** Lower-case hex. */
  readonly serial: string
  readonly pem: string
  /** Seconds since 1970. */
  readonly notAfter: number
}

export class FleetAuthority {
  readonly #authority: CertificateAuthority

  constructor(authority: CertificateAuthority) {
    this.#authority = authority
  }

  get pem(): string {
    return this.#authority.pem
  }

  /** Common name, URN, `clientAuth`, one year (protocol §10). `publicKey`: SPKI, already verified. */
  async issue(
    product: string,
    device: string,
    publicKey: Buffer,
    now: Date,
  ): Promise<IssuedCertificate> {
    const serial = newSerial()
    const notAfter = new Date(now.getTime() + DEVICE_CERTIFICATE_LIFETIME_MS)
    const key = await new x509.PublicKey(publicKey).export(P256, ['verify'])
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      subject: `CN=${device}`,
      issuer: this.#authority.certificate.subject,
      notBefore: new Date(now.getTime() - BACKDATE_MS),
      notAfter,
      publicKey: key,
      signingKey: this.#authority.key,
      signingAlgorithm: ECDSA_SHA256,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'url', value: deviceUrn(product, device) },
        ]),
        await x509.AuthorityKeyIdentifierExtension.create(this.#authority.certificate.publicKey),
      ],
    })
    return {
      serial,
      pem: `${certificate.toString('pem')}\n`,
      notAfter: Math.floor(notAfter.getTime() / 1000),
    }
  }

  /** The answer of `cacerts`, RFC 7030 §4.1.3. */
  caCertificates(): string {
    return certsOnly(this.#authority.pem)
  }
}

/** A certs-only PKCS#7 in base64 with lines of 64 (RFC 7030 §4, RFC 5652 §5). */
export function certsOnly(pem: string): string {
  const bundle = new x509.X509Certificates([new x509.X509Certificate(pem)])
  const base64 = Buffer.from(bundle.export('raw')).toString('base64')
  return `${base64.match(/.{1,64}/g)?.join('\r\n') ?? ''}\r\n`
}
