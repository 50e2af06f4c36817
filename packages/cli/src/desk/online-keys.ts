/**
 * What the server says about its own keys (protocol §11, `GET /api/1/products/{product}`), saved as a
 * file and carried to the desk: the keys that root names for timestamp and snapshot, and the files
 * under `trust/`. Signing them offline is what makes devices believe them, so they are read strictly.
 */
import {
  importKeySet,
  isName,
  type Json,
  parseJson,
  parseTufKey,
  TrustError,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'

const ONLINE_KEYS_MAX_BYTES = 512 * 1024
/** Protocol §3.5. */
const TRUST_FILE_NAMES = ['director.jwks', 'offline-director.jwks', 'commands.jwks', 'fleet-ca.pem']

export interface OnlineKeys {
  readonly product: string
  readonly timestamp: Json
  readonly snapshot: Json
  readonly trust: Map<string, Uint8Array>
  readonly serverCa: string
}

export async function parseOnlineKeys(bytes: Uint8Array, product: string): Promise<OnlineKeys> {
  const answer = record(parseJson(bytes, ONLINE_KEYS_MAX_BYTES), 'the answer')
  if (!isName(answer.id) || answer.id !== product) {
    throw invalid(`it is about ${String(answer.id)}, not about ${product}`)
  }
  const onlineKeys = record(answer.onlineKeys, 'onlineKeys')
  const { timestamp, snapshot } = onlineKeys
  for (const key of [timestamp, snapshot]) {
    if (key === undefined || parseTufKey(key) === undefined)
      throw invalid('a key is of no known kind')
  }
  const trust = new Map<string, Uint8Array>()
  for (const [name, text] of Object.entries(record(answer.trust, 'trust'))) {
    if (typeof text !== 'string' || !TRUST_FILE_NAMES.includes(name)) {
      throw invalid(`trust/${name} is none of ${TRUST_FILE_NAMES.join(', ')}`)
    }
    const content = new TextEncoder().encode(text)
    if (name.endsWith('.jwks')) await requireKeySet(name, content)
    if (name.endsWith('.pem')) requireCertificates(name, text)
    trust.set(name, content)
  }
  for (const name of ['director.jwks', 'commands.jwks', 'fleet-ca.pem']) {
    if (!trust.has(name)) throw invalid(`trust/${name} is missing`)
  }
  if (typeof answer.serverCa !== 'string') throw invalid('serverCa is missing')
  requireCertificates('serverCa', answer.serverCa)
  return {
    product,
    timestamp: timestamp as Json,
    snapshot: snapshot as Json,
    trust,
    serverCa: answer.serverCa,
  }
}

async function requireKeySet(name: string, content: Uint8Array): Promise<void> {
  try {
    await importKeySet(content)
  } catch (cause) {
    throw invalid(`trust/${name} is no set of Ed25519 public keys`, cause)
  }
}

/** Only public halves may ever come this way. */
function requireCertificates(name: string, pem: string): void {
  const labels = [...pem.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map((match) => match[1])
  if (labels.length === 0 || labels.some((label) => label !== 'CERTIFICATE')) {
    throw invalid(`${name} is not a list of certificates in PEM`)
  }
}

function record(json: Json | undefined, what: string): Record<string, Json> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TrustError('JSON_INVALID', { field: what, expected: 'object' })
  }
  return json as Record<string, Json>
}

function invalid(why: string, cause?: unknown): Refusal {
  return new Refusal('ONLINE_KEYS_INVALID', `The server keys cannot be used: ${why}`, {
    next: 'Save the answer of GET /api/1/products/<product> anew, over a connection you trust.',
    cause,
  })
}
