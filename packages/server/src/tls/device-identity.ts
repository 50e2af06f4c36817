/** Reads who is at the other end of a TLS connection, out of a certificate the handshake has verified. */
import type { TLSSocket } from 'node:tls'
import { deviceUrn, isDeviceId, parseDeviceUrn } from '@fleetward/shared'

export interface CertifiedDevice {
  readonly product: string
  readonly device: string
  /** Lower-case hex. */
  readonly serial: string
  /** SPKI, DER: the key whose possession the handshake has proved. */
  readonly publicKey: Buffer
}

/**
 * The device, if the certificate is worded exactly as the fleet CA words it (protocol §10): one common name, one URN.
 * Certificates are compared with what they should be and never searched for what they might say.
 */
export function certifiedDevice(socket: TLSSocket): CertifiedDevice | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined || certificate.ca) return undefined
  const device = /^CN=(.+)$/.exec(certificate.subject)?.[1]
  if (!isDeviceId(device)) return undefined
  const urn = /^URI:(.+)$/.exec(certificate.subjectAltName ?? '')?.[1]
  const named = urn === undefined ? undefined : parseDeviceUrn(urn)
  if (named === undefined || urn !== deviceUrn(named.product, device)) return undefined
  const serial = certificate.serialNumber.toLowerCase()
  const publicKey = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return { product: named.product, device, serial, publicKey }
}
