/**
 * The key sets under `trust/` (protocol §3.5) as JWK sets (RFC 7517): Ed25519 public keys by key id.
 *
 * Keys of a kind we do not know are skipped, so that a set can hold a successor before every device
 * understands it; anything wrong with a key we do know refuses the whole set.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { base64url, type CryptoKey, importJWK } from 'jose'
import { requireEd25519Point } from '../crypto/ed25519-point.ts'
import { TrustError } from '../errors.ts'
import { canonicalJson } from '../json/canonical-json.ts'
import { Fields } from '../json/fields.ts'
import type { Json } from '../json/json.ts'
import { parseJson } from '../json/parse-json.ts'
import { KEYS_MAX_COUNT, TRUST_FILE_LENGTH_MAX_BYTES } from '../limits.ts'

/** Fixed once read: a token's `kid` looks up in it and nowhere else. */
export type KeySet = ReadonlyMap<string, CryptoKey>

export async function importKeySet(jwks: Uint8Array): Promise<KeySet> {
  const set = new Fields(parseJson(jwks, TRUST_FILE_LENGTH_MAX_BYTES), 'KEY_INVALID')
  const keys = set.list('keys', { max: KEYS_MAX_COUNT }, (items, index) =>
    items.object(index, parseJwk),
  )
  set.refuseOthers()

  const keySet = new Map<string, CryptoKey>()
  for (const jwk of keys) {
    if (jwk === undefined) continue
    if (keySet.has(jwk.kid)) throw new TrustError('KEY_INVALID', { duplicate: jwk.kid })
    const { kid, x } = jwk
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x, alg: 'Ed25519' }, 'Ed25519')
    keySet.set(kid, key as CryptoKey)
  }
  return keySet
}

/** The set as it is signed into `trust/`: raw Ed25519 public keys of 32 bytes. */
export function encodeKeySet(publicKeys: readonly Uint8Array[]): Uint8Array {
  return canonicalJson({
    keys: publicKeys.map((key) => ({
      alg: 'Ed25519',
      crv: 'Ed25519',
      kid: keySetKeyId(key),
      kty: 'OKP',
      use: 'sig',
      x: base64url.encode(key),
    })),
  })
}

/** The key id we give: the JWK thumbprint (RFC 7638, RFC 8037 §2) of a raw Ed25519 public key. */
export function keySetKeyId(publicKey: Uint8Array): string {
  const members: Json = { crv: 'Ed25519', kty: 'OKP', x: base64url.encode(publicKey) }
  return base64url.encode(sha256(canonicalJson(members)))
}

function parseJwk(jwk: Fields): { kid: string; x: string } | undefined {
  const kty = jwk.text('kty', 20)
  if (kty !== 'OKP' || jwk.text('crv', 20) !== 'Ed25519') return undefined
  const kid = jwk.text('kid', 64)
  const x = jwk.matching('x', isEncodedPoint, '32 bytes in base64url')
  jwk.optional('alg', (name) => jwk.oneOf(name, ['Ed25519']))
  jwk.optional('use', (name) => jwk.oneOf(name, ['sig']))
  // Among others `d`: a private key in a public file is a leak, and no set to go on with.
  jwk.refuseOthers()
  requireEd25519Point(base64url.decode(x))
  return { kid, x }
}

function isEncodedPoint(text: unknown): text is string {
  if (typeof text !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(text)) return false
  return base64url.encode(base64url.decode(text)) === text
}
