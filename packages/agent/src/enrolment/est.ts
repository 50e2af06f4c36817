/**
 * Enrolment over Secure Transport (RFC 7030), as far as a device needs it: `simpleenroll` with the token
 * of the factory pack, `simplereenroll` with the certificate it has. TLS trusts the factory pack's CA
 * alone, so `cacerts` is never asked: nothing believed comes first over the network (protocol §10).
 */
import type { X509Certificate } from 'node:crypto'
import type { SigningKey } from '@fleetward/platform'
import type { HttpsClient } from '../connection/https-client.ts'
import { certificateRequest } from './certificate-request.ts'
import { parseCertsOnly } from './certs-only.ts'
import { type DeviceName, requireOwnCertificate } from './device-certificate.ts'

const ANSWER_MAX_BYTES = 32 * 1024
const LINE_CHARACTERS = 76 // RFC 2045 §6.8

export interface Enrolment {
  readonly client: HttpsClient
  /** The public listener for the first certificate, the device listener for the next. */
  readonly server: string | URL
  readonly name: DeviceName
  readonly key: SigningKey
  readonly signal?: AbortSignal | undefined
}

/** RFC 7030 §4.2.1; user = device id, password = token (§3.2.3). */
export function simpleEnroll(enrolment: Enrolment, token: string): Promise<X509Certificate> {
  const credentials = Buffer.from(`${enrolment.name.device}:${token}`, 'utf8').toString('base64')
  return request(enrolment, 'simpleenroll', { authorization: `Basic ${credentials}` })
}

/** RFC 7030 §4.2.2; the client certificate of the connection says who asks. */
export function simpleReenroll(enrolment: Enrolment): Promise<X509Certificate> {
  return request(enrolment, 'simplereenroll', {})
}

async function request(
  { client, server, name, key, signal }: Enrolment,
  operation: 'simpleenroll' | 'simplereenroll',
  headers: Readonly<Record<string, string>>,
): Promise<X509Certificate> {
  const answer = await client.fetch(new URL(`/.well-known/est/${operation}`, server), {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/pkcs10',
      'content-transfer-encoding': 'base64', // RFC 7030 §4.2.1
    },
    body: inLines(certificateRequest(name.device, key).toString('base64')),
    maxBytes: ANSWER_MAX_BYTES,
    signal,
  })
  return requireOwnCertificate(parseCertsOnly(answer), key, name)
}

function inLines(base64: string): string {
  const lines: string[] = []
  for (let at = 0; at < base64.length; at += LINE_CHARACTERS) {
    lines.push(base64.slice(at, at + LINE_CHARACTERS))
  }
  return `${lines.join('\r\n')}\r\n`
}
