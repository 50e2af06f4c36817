/** Signing TUF metadata (TUF 4.2): the other end of what the trusted metadata set verifies. */
import {
  canonicalJson,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  keyIdOf,
  parseJson,
  TARGETS_LENGTH_MAX_BYTES,
  TrustError,
  tufKeyOf,
} from '@fleetward/shared'
import type { SigningKey } from './private-key.ts'

/** The file: `{signatures, signed}`, each key's signature over the canonical form of `signed`. */
export function signMetadata(signed: Json, keys: readonly SigningKey[]): Uint8Array {
  const message = canonicalJson(signed)
  return encode(
    signed,
    keys.map((key) => signature(message, key)),
  )
}

/** Adds one key's signature, or renews it; the others stay, whether they verify or not. */
export function addSignature(bytes: Uint8Array, key: SigningKey): Uint8Array {
  const file = parseJson(bytes, TARGETS_LENGTH_MAX_BYTES)
  if (!isJsonObject(file) || file.signed === undefined || !isJsonList(file.signatures)) {
    throw new TrustError('METADATA_INVALID', { expected: 'signatures and signed' })
  }
  const added = signature(canonicalJson(file.signed), key)
  const others = file.signatures.filter(
    (other) => !isJsonObject(other) || other.keyid !== added.keyid,
  )
  return encode(file.signed, [...others, added])
}

function signature(message: Uint8Array, key: SigningKey): JsonObject {
  return { keyid: keyIdOf(tufKeyOf(key.publicKey)), sig: key.sign(message).toHex() }
}

/**
 * In canonical order but written by JSON.stringify: canonical JSON leaves a line feed in a text as
 * it is, and the file has to be JSON as well. Without control characters both are the same bytes.
 */
function encode(signed: Json, signatures: readonly Json[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(sorted({ signatures, signed })))
}

function sorted(json: Json): Json {
  if (isJsonList(json)) return json.map(sorted)
  if (!isJsonObject(json)) return json
  const members = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, value]) => [name, sorted(value)]))
}
