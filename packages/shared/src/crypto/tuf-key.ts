/** Keys as TUF metadata writes them (TUF 4.2, protocol §3.2). */
import { TrustError } from '../errors.ts'
import { canonicalJson } from '../json/canonical-json.ts'
import { isJsonObject, type Json } from '../json/json.ts'
import { sha256Hex } from './digest.ts'
import { ed25519Key } from './ed25519-point.ts'
import { p256Key } from './p256-point.ts'
import { publicKeyFromPem, publicKeyToPem } from './pem.ts'
import type { PublicKey, PublicKeyKind } from './public-key.ts'
import { keyFromSpki, spkiOf } from './spki.ts'

/**
 * What we can verify, by keytype and scheme. The keytype `ecdsa-sha2-nistp256` is the older name,
 * which the specification's own examples and Sigstore's first roots use.
 */
const READERS: ReadonlyMap<string, (publicPart: string) => PublicKey> = new Map([
  ['ed25519/ed25519', readEd25519],
  ['ecdsa/ecdsa-sha2-nistp256', readP256],
  ['ecdsa-sha2-nistp256/ecdsa-sha2-nistp256', readP256],
  ['rsa/rsassa-pss-sha256', readRsa],
])

/**
 * The key, or undefined when its type or scheme is one we do not know: it then stands for nobody
 * and counts towards no threshold, and a repository can introduce new kinds of keys (TAP 12).
 * KEY_INVALID when the type is known and the key must not be used.
 */
export function parseTufKey(json: Json): PublicKey | undefined {
  if (!isJsonObject(json) || !isJsonObject(json.keyval)) throw notAKey('object')
  const { keytype, scheme } = json
  if (typeof keytype !== 'string' || typeof scheme !== 'string') throw notAKey('keytype, scheme')
  const read = READERS.get(`${keytype}/${scheme}`)
  if (read === undefined) return undefined
  if (typeof json.keyval.public !== 'string') throw notAKey('keyval.public')
  return read(json.keyval.public)
}

/** The key as we write it. */
export function tufKeyOf(key: PublicKey): Json {
  switch (key.kind) {
    case 'ed25519':
      return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: key.bytes.toHex() } }
    case 'ecdsa-p256':
      return { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: pemOf(key) } }
    case 'rsa-pss':
      return { keytype: 'rsa', scheme: 'rsassa-pss-sha256', keyval: { public: pemOf(key) } }
  }
}

/** TUF 4.2: the SHA-256 of the key's canonical form. Ours are; of others any id is accepted. */
export function keyIdOf(tufKey: Json): string {
  return sha256Hex(canonicalJson(tufKey))
}

function readEd25519(publicPart: string): PublicKey {
  if (!/^[0-9a-f]{64}$/.test(publicPart)) throw notAKey('64 characters of lower-case hex')
  return ed25519Key(Uint8Array.fromHex(publicPart))
}

function readP256(publicPart: string): PublicKey {
  // The raw point, as go-tuf once wrote it.
  if (/^[0-9a-f]{130}$/.test(publicPart)) return p256Key(Uint8Array.fromHex(publicPart))
  return requireKind('ecdsa-p256', keyFromSpki(publicKeyFromPem(publicPart)))
}

function readRsa(publicPart: string): PublicKey {
  return requireKind('rsa-pss', keyFromSpki(publicKeyFromPem(publicPart)))
}

function requireKind(kind: PublicKeyKind, key: PublicKey): PublicKey {
  if (key.kind === kind) return key
  throw new TrustError('KEY_INVALID', { kind, seen: key.kind })
}

function pemOf(key: PublicKey): string {
  return publicKeyToPem(spkiOf(key))
}

function notAKey(expected: string): TrustError {
  return new TrustError('KEY_INVALID', { expected })
}
