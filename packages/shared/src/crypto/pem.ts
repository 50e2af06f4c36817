/** PEM public keys (RFC 7468 §13): one block, nothing before or behind it but white space. */
import { TrustError } from '../errors.ts'

const PUBLIC_KEY =
  /^\s*-----BEGIN PUBLIC KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)\r?\n-----END PUBLIC KEY-----\s*$/

export function publicKeyFromPem(pem: string): Uint8Array {
  const base64 = PUBLIC_KEY.exec(pem)?.[1]
  if (base64 === undefined) throw new TrustError('KEY_INVALID', { format: 'PEM' })
  try {
    return Uint8Array.fromBase64(base64, { lastChunkHandling: 'strict' })
  } catch (cause) {
    throw new TrustError('KEY_INVALID', { format: 'PEM' }, { cause })
  }
}

export function publicKeyToPem(spki: Uint8Array): string {
  const lines = spki.toBase64().match(/.{1,64}/g) ?? []
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n')
}
