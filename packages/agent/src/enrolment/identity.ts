/**
 * The device's identity on its disk: `identity/key.pem` and `identity/certificate.pem` (protocol §10). The key is
 * safe before the first request is sent, so when the answer is lost on the way, the same token with
 * the same key brings the same certificate. The key never leaves the device.
 */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  generateKey,
  loadPrivateKey,
  makeDirectory,
  type SigningKey,
  writeFileDurably,
} from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import type { ClientIdentity, HttpsClient } from '../connection/https-client.ts'
import { type DeviceName, renewalDueMs, requireOwnCertificate } from './device-certificate.ts'
import { simpleEnroll, simpleReenroll } from './est.ts'

export interface DeviceIdentity {
  readonly name: DeviceName
  readonly key: SigningKey
  readonly certificate: X509Certificate
  /** PEM, for TLS. */
  readonly tls: ClientIdentity
}

const keyPath = (folder: string) => join(folder, 'key.pem')
const certificatePath = (folder: string) => join(folder, 'certificate.pem')

/** undefined on a device that has not been enrolled. Files that do not fit each other: STATE_CORRUPT. */
export async function findIdentity(
  folder: string,
  name: DeviceName,
): Promise<DeviceIdentity | undefined> {
  const key = await findKey(folder)
  const pem = await findFile(certificatePath(folder))
  if (pem === undefined) return undefined
  if (key === undefined)
    throw new DeviceError('STATE_CORRUPT', { what: 'identity', missing: 'key' })
  try {
    return identity(name, key, requireOwnCertificate([new X509Certificate(pem)], key, name))
  } catch (cause) {
    throw new DeviceError('STATE_CORRUPT', { what: 'identity', file: 'certificate' }, { cause })
  }
}

export interface FirstEnrolment {
  readonly folder: string
  readonly name: DeviceName
  /** The public listener's client: the factory pack's CA, no certificate of our own. */
  readonly client: HttpsClient
  readonly server: string | URL
  readonly token: string
  readonly signal?: AbortSignal | undefined
}

/** The identity that is there, or a new one. TransferError: ask again later; nothing is lost. */
export async function enrol(enrolment: FirstEnrolment): Promise<DeviceIdentity> {
  const { folder, name, client, server, token, signal } = enrolment
  const present = await findIdentity(folder, name)
  if (present !== undefined) return present
  const key = await ensureKey(folder)
  const certificate = await simpleEnroll({ client, server, name, key, signal }, token)
  await writeFileDurably(certificatePath(folder), certificate.toString(), { mode: 0o600 })
  return identity(name, key, certificate)
}

/** `nowMs` is the agent's clock, whose floor keeps a reset clock from hiding that it is time. */
export function isRenewalDue({ certificate }: DeviceIdentity, nowMs: number): boolean {
  return nowMs >= renewalDueMs(certificate)
}

export interface Renewal {
  readonly folder: string
  readonly identity: DeviceIdentity
  /** The device listener's client, which shows the certificate that is about to end. */
  readonly client: HttpsClient
  readonly server: string | URL
  readonly signal?: AbortSignal | undefined
}

/** A new certificate for the same key; the old one stays until the new one is safe. */
export async function renew(renewal: Renewal): Promise<DeviceIdentity> {
  const { folder, client, server, signal } = renewal
  const { name, key } = renewal.identity
  const certificate = await simpleReenroll({ client, server, name, key, signal })
  await writeFileDurably(certificatePath(folder), certificate.toString(), { mode: 0o600 })
  return identity(name, key, certificate)
}

function identity(name: DeviceName, key: SigningKey, certificate: X509Certificate): DeviceIdentity {
  const tls = { certificate: certificate.toString(), key: key.plainPem() }
  return { name, key, certificate, tls }
}

async function findKey(folder: string): Promise<SigningKey | undefined> {
  const pem = await findFile(keyPath(folder))
  if (pem === undefined) return undefined
  try {
    return loadPrivateKey(pem)
  } catch (cause) {
    throw new DeviceError('STATE_CORRUPT', { what: 'identity', file: 'key' }, { cause })
  }
}

async function makeKey(folder: string): Promise<SigningKey> {
  const key = generateKey('ecdsa-p256')
  await writeFileDurably(keyPath(folder), key.plainPem(), { mode: 0o600 })
  return key
}

async function findFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new DeviceError('DISK_FAILED', { path, errno: code }, { cause: error })
  }
}

/**
 * The device's key, made at the first call: reports are signed with it before the first certificate
 * has come.
 */
export async function ensureKey(folder: string): Promise<SigningKey> {
  await makeDirectory(folder, 0o700)
  return (await findKey(folder)) ?? (await makeKey(folder))
}
