/**
 * Tokens: what the parties say to each other, as compact JWS (RFC 7515) with one fixed form per purpose.
 *
 * Whoever writes a token's bytes chooses its header, so nothing in a header selects anything but
 * one of the keys we already have: the algorithm and the type are compared, never obeyed, and any
 * parameter beyond them (jwk, jku, x5u, x5c, crit, b64, zip …) makes the token invalid. Tokens are signed
 * by jose; they are read by our own parser, because jose's lets the last duplicate key win, and with the form
 * already compared nothing is left of verifying but the signature itself.
 */
import { base64url, CompactSign, type CryptoKey } from 'jose'
import { sha256Hex } from '../crypto/digest.ts'
import { TrustError } from '../errors.ts'
import { Fields } from '../json/fields.ts'
import { isJsonObject, type Json } from '../json/json.ts'
import { parseJson } from '../json/parse-json.ts'
import type { KeySet } from './key-set.ts'

/** RFC 9864 for Ed25519, RFC 7518 §3.4 for ES256. There is no negotiation. */
export type TokenAlgorithm = 'Ed25519' | 'ES256'
export type TokenType =
  | 'fleetward-manifest+jws'
  | 'fleetward-command+jws'
  | 'fleetward-report+jws'
  | 'fleetward-receipt+jws'
  | 'fleetward-audit+jws'
  | 'fleetward-dossier+jws'

export interface TokenForm {
  readonly typ: TokenType
  readonly alg: TokenAlgorithm
  readonly maxBytes: number
}

const HEADER_MAX_BYTES = 512
/** No token is longer (protocol §2.4). */
const PAYLOAD_MAX_CHARACTERS = 8192
/** Both algorithms: Ed25519 R ‖ S, ES256 r ‖ s. */
const SIGNATURE_BYTES = 64
const BASE64URL = /^[A-Za-z0-9_-]+$/
const SIGNATURES = {
  Ed25519: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
} as const
const UTF8 = new TextEncoder()

/**
 * The claims of a token that one of our keys signed: `keys` is the set that `kid` chooses from, or
 * the one key of a sender whose tokens carry no `kid`. Order of checks: protocol §5.4.
 */
export async function verifyToken(
  token: string,
  form: TokenForm,
  keys: KeySet | { readonly only: CryptoKey },
): Promise<Json> {
  // The length comes first: nothing is parsed that is larger than it can be.
  if (token.length > form.maxBytes) {
    throw new TrustError('TOKEN_TOO_LONG', { maxBytes: form.maxBytes, seen: token.length })
  }
  const [header, payload, signature, ...rest] = token.split('.')
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) {
    throw new TrustError('TOKEN_INVALID', { expected: 'three parts' })
  }
  const headerBytes = decode(header, 'header')
  const payloadBytes = decode(payload, 'payload')
  const signatureBytes = decode(signature, 'signature')

  const key = requireHeader(parseJson(headerBytes, HEADER_MAX_BYTES), form, keys)
  if (signatureBytes.length !== SIGNATURE_BYTES) {
    throw new TrustError('TOKEN_SIGNATURE_INVALID', { signatureBytes: signatureBytes.length })
  }
  const signed = UTF8.encode(`${header}.${payload}`)
  const isSigned = await crypto.subtle
    .verify(SIGNATURES[form.alg], key, new Uint8Array(signatureBytes), signed)
    .catch((cause: unknown) => {
      throw new TrustError('TOKEN_SIGNATURE_INVALID', { typ: form.typ }, { cause })
    })
  if (!isSigned) throw new TrustError('TOKEN_SIGNATURE_INVALID', { typ: form.typ })
  return parseJson(payloadBytes, form.maxBytes)
}

export interface TokenToSign extends TokenForm {
  readonly kid?: string
  readonly key: CryptoKey
  readonly claims: Json
}

/** Refuses to sign what the strict parser of the other side would refuse to read. */
export async function signToken(token: TokenToSign): Promise<string> {
  const { typ, alg, kid, key, claims, maxBytes } = token
  const payload = new TextEncoder().encode(JSON.stringify(claims))
  parseJson(payload, maxBytes)
  const signed = await new CompactSign(payload)
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), typ })
    .sign(key)
  if (signed.length > maxBytes) {
    throw new TrustError('TOKEN_TOO_LONG', { maxBytes, seen: signed.length })
  }
  return signed
}

/**
 * What a token is remembered by: the SHA-256 of what was signed, the text before its last dot. Not of
 * the whole text, since ECDSA lets anybody turn one valid signature into another.
 */
export function tokenDigest(token: string): string {
  const signed = token.slice(0, token.lastIndexOf('.'))
  return sha256Hex(new TextEncoder().encode(signed))
}

/**
 * When a token says it was issued, in seconds since 1970: verified by nobody. For a reader that needs a moment to
 * look for the keys at, and verifies the token with them afterwards.
 */
export function issuedAtOf(token: string): number {
  const [, payload = ''] = token.split('.', 3)
  if (payload.length > PAYLOAD_MAX_CHARACTERS) {
    throw new TrustError('TOKEN_TOO_LONG', { maxBytes: PAYLOAD_MAX_CHARACTERS })
  }
  const bytes = decode(payload, 'payload')
  return new Fields(parseJson(bytes, PAYLOAD_MAX_CHARACTERS), 'TOKEN_INVALID').integer('iat')
}

/** Returns the key to verify with. */
function requireHeader(
  header: Json,
  form: TokenForm,
  keys: KeySet | { readonly only: CryptoKey },
): CryptoKey {
  if (!isJsonObject(header)) throw new TrustError('TOKEN_INVALID', { expected: 'a header object' })
  const { alg, typ, kid, ...others } = header
  if (alg !== form.alg) throw new TrustError('TOKEN_ALGORITHM_FORBIDDEN', { expected: form.alg })
  if (typ !== form.typ) throw new TrustError('TOKEN_TYPE_WRONG', { expected: form.typ })
  const [other] = Object.keys(others)
  if (other !== undefined) throw new TrustError('TOKEN_INVALID', { parameter: other.slice(0, 40) })

  if ('only' in keys) {
    if (kid !== undefined) throw new TrustError('TOKEN_INVALID', { parameter: 'kid' })
    return requireKey(keys.only, form)
  }
  if (typeof kid !== 'string') throw new TrustError('TOKEN_INVALID', { parameter: 'kid' })
  const key = keys.get(kid)
  if (key === undefined) throw new TrustError('TOKEN_KEY_UNKNOWN', { kid: kid.slice(0, 80) })
  return requireKey(key, form)
}

/** A key of another algorithm in the right place is our own mistake, and must not verify either. */
function requireKey(key: CryptoKey, { alg }: TokenForm): CryptoKey {
  const expected = alg === 'ES256' ? 'ECDSA' : 'Ed25519'
  if (key.type !== 'public' || key.algorithm.name !== expected) {
    throw new TrustError('KEY_INVALID', { expected, seen: key.algorithm.name })
  }
  // RFC 7518 §3.4: ES256 is P-256 and no other curve.
  const { namedCurve } = key.algorithm as { readonly namedCurve?: string }
  if (alg === 'ES256' && namedCurve !== 'P-256') {
    throw new TrustError('KEY_INVALID', { expected: 'P-256', seen: namedCurve ?? '' })
  }
  return key
}

/** Unpadded base64url that encodes these bytes and is the only text to do so (RFC 4648 §3.5). */
function decode(part: string, what: string): Uint8Array {
  if (BASE64URL.test(part)) {
    try {
      const bytes = base64url.decode(part)
      if (base64url.encode(bytes) === part) return bytes
    } catch {
      // Falls through: a length no encoder produces.
    }
  }
  throw new TrustError('TOKEN_INVALID', { expected: 'canonical base64url', part: what })
}
