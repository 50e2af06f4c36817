/** Certificates for tests that speak real TLS, made anew in each run. */
import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as unknown as Crypto)

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SHA256 = { name: 'ECDSA', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000

export interface PemPair {
  readonly certificate: string
  readonly key: string
}

/** What differs from a good certificate. */
export interface CertificateChange {
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly commonName?: string
  readonly isServer?: boolean
}

export class TestAuthority {
  readonly pem: string
  readonly #certificate: x509.X509Certificate
  readonly #key: webcrypto.CryptoKey

  private constructor(certificate: x509.X509Certificate, key: webcrypto.CryptoKey) {
    this.#certificate = certificate
    this.#key = key
    this.pem = `${certificate.toString('pem')}\n`
  }

  static async create(name = 'test CA'): Promise<TestAuthority> {
    const keys = await newKeys()
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: newSerial(),
      name: `CN=${name}`,
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + 3650 * DAY_MS),
      signingAlgorithm: SHA256,
      keys: keys as x509.X509CertificateCreateSelfSignedParams['keys'],
      extensions: [
        new x509.BasicConstraintsExtension(true, 1, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign),
      ],
    })
    return new TestAuthority(certificate, keys.privateKey)
  }

  /** For `localhost` and 127.0.0.1. */
  async server(): Promise<PemPair> {
    const keys = await newKeys()
    const certificate = await this.#issue('localhost', keys.publicKey, [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ])
    return pemPair(certificate, keys)
  }

  async device(product: string, device: string): Promise<PemPair> {
    const keys = await newKeys()
    return pemPair(await this.deviceCertificate(product, device, keys.publicKey), keys)
  }

  /** As the fleet CA issues them, protocol §10. */
  deviceCertificate(
    product: string,
    device: string,
    publicKey: webcrypto.CryptoKey | x509.PublicKey,
    change: CertificateChange = {},
  ): Promise<x509.X509Certificate> {
    const extensions = [
      new x509.SubjectAlternativeNameExtension([
        { type: 'url', value: `urn:fleetward:${product}:${device}` },
      ]),
      new x509.ExtendedKeyUsageExtension([
        change.isServer ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
      ]),
    ]
    return this.#issue(change.commonName ?? device, publicKey, extensions, change)
  }

  #issue(
    commonName: string,
    publicKey: webcrypto.CryptoKey | x509.PublicKey,
    extensions: x509.Extension[],
    { notBefore, notAfter }: CertificateChange = {},
  ): Promise<x509.X509Certificate> {
    return x509.X509CertificateGenerator.create({
      serialNumber: newSerial(),
      subject: `CN=${commonName}`,
      issuer: this.#certificate.subject,
      notBefore: notBefore ?? new Date(Date.now() - DAY_MS),
      notAfter: notAfter ?? new Date(Date.now() + 365 * DAY_MS),
      signingAlgorithm: SHA256,
      publicKey: publicKey as CryptoKey,
      signingKey: this.#key as CryptoKey,
      extensions: [new x509.BasicConstraintsExtension(false), ...extensions],
    })
  }
}

/** A certs-only answer as EST gives it: base64 of PKCS#7 (RFC 7030 §4.2.3). */
export function certsOnly(...certificates: readonly x509.X509Certificate[]): string {
  const chain = new x509.X509Certificates([...certificates])
  return Buffer.from(chain.export('raw')).toString('base64')
}

export { x509 }

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
}

async function pemPair(
  certificate: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
): Promise<PemPair> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  }
}

/** Positive and of full length: a zero in front would be no DER. */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0)
  return bytes.toString('hex')
}
