/**
 * The two authorities of a server, each made at its first start and kept for its life: the server CA signs
 * what devices meet (learnt from the factory pack), the fleet CA signs devices (learnt from `trust/fleet-ca.pem`).
 *
 * An authority that is gone cannot be made again without locking out every device in the field, so
 * half of one on the disk is an error for a person, never a reason to start afresh.
 */
import { webcrypto } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import { ECDSA_SHA256, generateP256, newSerial, P256, x509 } from './x509.ts'

/** Longer than a product is supported; replaced by rotation through `trust/`, not by expiry. */
const AUTHORITY_LIFETIME_MS = 20 * 365 * 86_400_000
/** Clocks of devices and servers disagree a little. */
export const BACKDATE_MS = 3_600_000

export interface CertificateAuthority {
  readonly pem: string
  readonly certificate: x509.X509Certificate
  /** Signs; cannot be exported. */
  readonly key: CryptoKey
}

export async function openAuthority(
  folder: string,
  name: 'server-ca' | 'fleet-ca',
  now: Date,
): Promise<CertificateAuthority> {
  const keyFile = join(folder, `${name}-key.pem`)
  const certificateFile = join(folder, `${name}.pem`)
  await makeDirectory(folder, 0o700)
  const keyPem = await readIfThere(keyFile)
  const pem = await readIfThere(certificateFile)

  if (keyPem === undefined && pem !== undefined) {
    throw new Error(
      `${keyFile} is missing while ${certificateFile} is there. Devices trust this authority: restore its key from the backup.`,
    )
  }
  // The key is written first, so a key without a certificate is a first start that was cut off.
  const pair = keyPem === undefined ? await createKey(keyFile) : await importPair(keyPem)
  const certificate =
    pem === undefined ? await selfSign(name, pair, now) : new x509.X509Certificate(pem)
  if (pem === undefined) {
    await writeFileDurably(certificateFile, `${certificate.toString('pem')}\n`, { mode: 0o644 })
  }
  if (!(await belongTogether(certificate, pair))) {
    throw new Error(
      `${keyFile} is not the key of ${certificateFile}. Restore both from the same backup.`,
    )
  }
  return {
    pem: `${certificate.toString('pem')}\n`,
    certificate,
    key: await unexportable(pair.privateKey),
  }
}

async function createKey(file: string): Promise<webcrypto.CryptoKeyPair> {
  const pair = await generateP256()
  const der = await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)
  await writeFileDurably(file, x509.PemConverter.encode(der, 'PRIVATE KEY'), { mode: 0o600 })
  return pair
}

async function importPair(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const der = x509.PemConverter.decodeFirst(pem)
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, P256, true, ['sign'])
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', privateKey)
  if (kty === undefined || crv === undefined || x === undefined || y === undefined) {
    throw new Error('The key of the authority is no P-256 key.')
  }
  const publicKey = await webcrypto.subtle.importKey('jwk', { kty, crv, x, y }, P256, true, [
    'verify',
  ])
  return { privateKey, publicKey }
}

async function unexportable(key: CryptoKey): Promise<CryptoKey> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key)
  return webcrypto.subtle.importKey('pkcs8', der, P256, false, ['sign'])
}

async function belongTogether(
  certificate: x509.X509Certificate,
  pair: webcrypto.CryptoKeyPair,
): Promise<boolean> {
  const spki = await webcrypto.subtle.exportKey('spki', pair.publicKey)
  return Buffer.from(certificate.publicKey.rawData).equals(Buffer.from(spki))
}

async function selfSign(
  name: string,
  pair: webcrypto.CryptoKeyPair,
  now: Date,
): Promise<x509.X509Certificate> {
  const serialNumber = newSerial()
  return x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // The serial keeps the names of two servers' authorities apart.
    name: `CN=Fleetward ${name} ${serialNumber.slice(0, 8)}`,
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_LIFETIME_MS),
    keys: pair,
    signingAlgorithm: ECDSA_SHA256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(pair.publicKey),
    ],
  })
}

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
