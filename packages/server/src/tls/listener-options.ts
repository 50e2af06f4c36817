/** What every TLS listener of the server agrees on. */
import type { TlsOptions } from 'node:tls'
import type { ServerCertificate } from './server-certificate.ts'

/** A handshake costs us a signature and the peer a packet; nobody may sit in one. */
const HANDSHAKE_TIMEOUT_MS = 10_000

/** TLS 1.3 alone (protocol §9): no older version, hence no renegotiation and no weak cipher. */
export function serverOptions(certificate: ServerCertificate): TlsOptions {
  return {
    key: certificate.keyPem,
    cert: certificate.certificatePem,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  }
}

/** As {@link serverOptions}, and only devices of this fleet get through the handshake. */
export function deviceFacingOptions(
  certificate: ServerCertificate,
  fleetCaPem: string,
  listener: string,
): TlsOptions {
  return {
    ...serverOptions(certificate),
    ca: fleetCaPem,
    requestCert: true,
    rejectUnauthorized: true,
    // A session ticket of one listener resumes nothing on another.
    sessionIdContext: `fleetward-${listener}`,
  }
}
