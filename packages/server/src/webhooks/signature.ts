/**
 * Signatures in the form of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): HMAC-SHA256 over id, time of the
 * attempt and body; one signature for each secret that is valid, so that a receiver can change over at any moment.
 */
import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
/** The form asks for 24 to 64. */
const SECRET_BYTES = 32

/** As receivers' libraries take it. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`
}

export interface ToSign {
  /** The event's; the same at every attempt. Without dots. */
  readonly id: string
  /** Of this attempt, in seconds: receivers refuse what is too old. */
  readonly timestamp: number
  readonly body: string
}

export function signatureHeaders(
  { id, timestamp, body }: ToSign,
  secrets: readonly string[],
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`)
    return `v1,${hmac.digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}
