/** Words and signs device certificates, and packs answers the way EST wants them. */

import { webcrypto } from 'node:crypto'
import { deviceUrn } from '@fleetward/shared'
import type { CertificateAuthority } from '../tls/certificate-authority.ts'
import { BACKDATE_MS } from '../tls/certificate-authority.ts'
import { ECDSA_SHA256, generateP256, newSerial, P256, x509 } from '../tls/x509.ts'
import { DEVICE_CERTIFICATE_LIFETIME_SECONDS } from './certificate-lifetime.ts'

const DEVICE_CERTIFICATE_LIFETIME_MS = DEVICE_CERTIFICATE_LIFETIME_SECONDS * 1000
/**
 * The server's own name at an outside broker, and of its section in the access file. No device is enrolled
 * under it.
 */
export const SERVER_CLIENT_ID = 'fleetward-server'
/** Kept in memory alone and made anew at every start. */
const SERVER_CERTIFICATE_LIFETIME_MS = 5 * 365 * 86_400_000

export interface IssuedCertificate {
  /** Lower-case hex. */
  readonly serial: string
  readonly pem: string
  /** Seconds since 1970. */
  readonly notAfter: number
  /** The fleet CA that signed it. */
  readonly issuer: string
}

/** Which fleet CAs there are. While one takes over from another there are two. */
export interface FleetAuthorities {
  /** Oldest first, at least one. */
  readonly fleet: readonly CertificateAuthority[]
  /** All of them. */
  readonly fleetPem: string
  /** What signs for the devices of this product now. */
  issuing(product: string): Promise<CertificateAuthority>
}

export class FleetAuthority {
  readonly #authorities: FleetAuthorities

  constructor(authorities: FleetAuthorities) {
    this.#authorities = authorities
  }

  get pem(): string {
    return this.#authorities.fleetPem
  }

  /** Common name, URN, `clientAuth`, one year (protocol §10). `publicKey`: SPKI, already verified. */
  async issue(
    product: string,
    device: string,
    publicKey: Buffer,
    now: Date,
  ): Promise<IssuedCertificate> {
    const key = await new x509.PublicKey(publicKey).export(P256, ['verify'])
    const urn = new x509.SubjectAlternativeNameExtension([
      { type: 'url', value: deviceUrn(product, device) },
    ])
    const authority = await this.#authorities.issuing(product)
    return sign(authority, device, key, DEVICE_CERTIFICATE_LIFETIME_MS, now, [urn])
  }

  /**
   * A certificate for this server itself at an outside broker that knows the fleet CA anyway. Without a URN it
   * is no device's, and our own listeners take it for nothing.
   */
  async issueForServer(
    name: string,
    now: Date,
  ): Promise<{ readonly keyPem: string; readonly certificatePem: string }> {
    const [authority] = this.#authorities.fleet
    if (authority === undefined) throw new Error('there is no fleet CA')
    const pair = await generateP256()
    // Of the oldest one, which a broker outside has known the longest.
    const lifetime = SERVER_CERTIFICATE_LIFETIME_MS
    const { pem } = await sign(authority, name, pair.publicKey, lifetime, now, [])
    const der = await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)
    return { keyPem: x509.PemConverter.encode(der, 'PRIVATE KEY'), certificatePem: pem }
  }

  /** The answer of `cacerts`, RFC 7030 §4.1.3. */
  caCertificates(): string {
    return certsOnly(this.#authorities.fleetPem)
  }
}

async function sign(
  authority: CertificateAuthority,
  name: string,
  publicKey: webcrypto.CryptoKey,
  lifetimeMs: number,
  now: Date,
  extensions: readonly x509.Extension[],
): Promise<IssuedCertificate> {
  const serial = newSerial()
  const notAfter = new Date(now.getTime() + lifetimeMs)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial,
    subject: `CN=${name}`,
    issuer: authority.certificate.subject,
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter,
    publicKey,
    signingKey: authority.key,
    signingAlgorithm: ECDSA_SHA256,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      ...extensions,
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  })
  return {
    serial,
    pem: `${certificate.toString('pem')}\n`,
    notAfter: Math.floor(notAfter.getTime() / 1000),
    issuer: authority.id,
  }
}

/** A certs-only PKCS#7 in base64 with lines of 64 (RFC 7030 §4, RFC 5652 §5). */
export function certsOnly(pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const bundle = new x509.X509Certificates(blocks.map((block) => new x509.X509Certificate(block)))
  const base64 = Buffer.from(bundle.export('raw')).toString('base64')
  return `${base64.match(/.{1,64}/g)?.join('\r\n') ?? ''}\r\n`
}
