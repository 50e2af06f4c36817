/** Key and certificate of the page on the local network: made once, kept until a factory reset. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKey, loadPrivateKey, onDisk, writeFileDurably } from '@fleetward/platform'
import { ownCertificate } from './own-certificate.ts'

export interface PageIdentity {
  /** PEM, both. */
  readonly key: string
  readonly cert: string
  /** SHA-256 of the certificate, as browsers show it. */
  readonly fingerprint: string
}

export async function ensurePageIdentity(
  folder: string,
  device: string,
  names: readonly string[],
): Promise<PageIdentity> {
  const keyFile = join(folder, 'tls-key.pem')
  const certificateFile = join(folder, 'tls-certificate.pem')
  const kept = identityOf(await find(keyFile), await find(certificateFile))
  if (kept !== undefined) return kept
  const key = generateKey('ecdsa-p256')
  const certificate = new X509Certificate(ownCertificate(device, names, key)).toString()
  await writeFileDurably(keyFile, key.plainPem(), { mode: 0o600 })
  await writeFileDurably(certificateFile, certificate, { mode: 0o600 })
  return {
    ...{ key: key.plainPem(), cert: certificate },
    fingerprint: new X509Certificate(certificate).fingerprint256,
  }
}

/** undefined when they are damaged or do not belong together: then new ones are made. */
function identityOf(key: string | undefined, cert: string | undefined): PageIdentity | undefined {
  if (key === undefined || cert === undefined) return undefined
  try {
    const certificate = new X509Certificate(cert)
    const own = loadPrivateKey(key)
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
    if (!spki.subarray(-own.publicKey.bytes.length).equals(own.publicKey.bytes)) return undefined
    return { key, cert, fingerprint: certificate.fingerprint256 }
  } catch {
    return undefined
  }
}

async function find(file: string): Promise<string | undefined> {
  return onDisk(file, async () => {
    try {
      return await readFile(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  })
}
