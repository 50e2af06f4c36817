/**
 * The certificates of the two authorities: the server CA signs what devices meet (learnt from the factory pack), the
 * fleet CA signs devices (learnt from `trust/fleet-ca.pem`). Which of them there are, and with which keys, is
 * kept in the database (../server-keys).
 */
import { webcrypto, X509Certificate } from 'node:crypto'
import { generateKey, type SigningKey } from '@fleetward/platform'
import { spkiOf } from '@fleetward/shared'
import { authorityId } from '../server-keys/listed-keys.ts'
import { ECDSA_SHA256, newSerial, P256, x509 } from './x509.ts'

/** Longer than a product is supported; replaced by rotation through `trust/`, not by expiry. */
const AUTHORITY_LIFETIME_MS = 20 * 365 * 86_400_000
/** Clocks of devices and servers disagree a little. */
export const BACKDATE_MS = 3_600_000

export interface CertificateAuthority {
  /** By its key. */
  readonly id: string
  readonly pem: string
  readonly certificate: x509.X509Certificate
  /** Signs; cannot be exported. */
  readonly key: CryptoKey
}

export interface NewAuthority {
  readonly id: string
  readonly pem: string
  readonly key: SigningKey
}

/** `subject`: of the authority it succeeds, where that one vouches for it ({@link vouchFor}). */
export async function newAuthority(
  name: string,
  now: Date,
  { key = generateKey('ecdsa-p256'), subject }: { key?: SigningKey; subject?: string } = {},
): Promise<NewAuthority> {
  const pair = await pairOf(key)
  const serialNumber = newSerial()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // The serial keeps the names of two servers' authorities apart.
    name: subject ?? `CN=Fleetward ${name} ${serialNumber.slice(0, 8)}`,
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_LIFETIME_MS),
    keys: pair,
    signingAlgorithm: ECDSA_SHA256,
    extensions: [
      ...authorityExtensions(),
      await x509.SubjectKeyIdentifierExtension.create(pair.publicKey),
    ],
  })
  const pem = `${certificate.toString('pem')}\n`
  return { id: authorityId(new X509Certificate(pem)), pem, key }
}

/** `pem` begins with the authority's own certificate. */
export async function authorityOf(pem: string, key: SigningKey): Promise<CertificateAuthority> {
  const certificate = new x509.X509Certificate(pem)
  const spki = Buffer.from(spkiOf(key.publicKey))
  if (!Buffer.from(certificate.publicKey.rawData).equals(spki)) {
    throw new Error(
      'The key of an authority is not the one in its certificate. Restore both from one backup.',
    )
  }
  return {
    id: authorityId(new X509Certificate(pem)),
    pem: `${certificate.toString('pem')}\n`,
    certificate,
    key: (await key.toCryptoKey()) as CryptoKey,
  }
}

/**
 * The new key certified by the old one ("new with old", RFC 4210 §4.4): sent along with the server's certificate, it
 * leads devices that know the old authority alone to the new one. Issuer and subject are the same
 * name, so the old authority's path length of 0 does not count it (RFC 5280 §6.1.4).
 */
export async function vouchFor(
  successor: CertificateAuthority,
  by: CertificateAuthority,
  now: Date,
): Promise<string> {
  const key = await successor.certificate.publicKey.export(P256, ['verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: successor.certificate.subject,
    issuer: by.certificate.subject,
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: by.certificate.notAfter,
    publicKey: key,
    signingKey: by.key,
    signingAlgorithm: ECDSA_SHA256,
    extensions: [
      ...authorityExtensions(),
      await x509.SubjectKeyIdentifierExtension.create(key),
      await x509.AuthorityKeyIdentifierExtension.create(by.certificate.publicKey),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

function authorityExtensions(): x509.Extension[] {
  const usages = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign
  return [
    new x509.BasicConstraintsExtension(true, 0, true),
    new x509.KeyUsagesExtension(usages, true),
  ]
}

async function pairOf(key: SigningKey): Promise<webcrypto.CryptoKeyPair> {
  const spki = new Uint8Array(spkiOf(key.publicKey))
  const publicKey = await webcrypto.subtle.importKey('spki', spki, P256, true, ['verify'])
  return { privateKey: await key.toCryptoKey(), publicKey }
}
