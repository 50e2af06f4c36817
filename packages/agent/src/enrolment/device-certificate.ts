/**
 * Whether a certificate is this device's: for its key, its id and its name in the fleet (protocol §10).
 * Another one would make every connection fail later, without a word about why.
 */
import type { X509Certificate } from 'node:crypto'
import type { SigningKey } from '@fleetward/platform'
import { deviceUrn, TransferError } from '@fleetward/shared'
import { publicKeyInfo } from './certificate-request.ts'

export interface DeviceName {
  readonly product: string
  readonly device: string
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2' // RFC 5280 §4.2.1.12

/** The one of `certificates` that is for `key`; it must say the right things. */
export function requireOwnCertificate(
  certificates: readonly X509Certificate[],
  key: SigningKey,
  name: DeviceName,
): X509Certificate {
  const info = publicKeyInfo(key)
  const own = certificates.find((certificate) =>
    certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(info),
  )
  if (own === undefined) throw wrong('public key')
  // Compared as a whole: a subject with further parts is not the one that was asked for.
  if (own.subject !== `CN=${name.device}`) throw wrong('common name')
  if (own.subjectAltName !== `URI:${deviceUrn(name.product, name.device)}`) throw wrong('SAN')
  if (!own.keyUsage?.includes(CLIENT_AUTH)) throw wrong('extended key usage')
  if (own.ca) throw wrong('CA')
  return own
}

/**
 * When the certificate should be renewed: a third of its life is left (protocol §10). Milliseconds
 * since 1970.
 */
export function renewalDueMs(certificate: X509Certificate): number {
  const from = certificate.validFromDate.getTime()
  const to = certificate.validToDate.getTime()
  return to - Math.floor((to - from) / 3)
}

function wrong(what: string): TransferError {
  return new TransferError('SERVER_REFUSED', { answer: 'a certificate that is not ours', what })
}
