import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base64url, CompactSign, importJWK } from 'jose'
import {
  ed25519Signer,
  forge,
  keySetOf,
  p256Pair,
  withCode,
  withHeader,
} from '../../../../test/support/signed-messages.ts'
import { signToken, type TokenForm, tokenDigest, verifyToken } from './token.ts'

const FORM: TokenForm = { typ: 'fleetward-manifest+jws', alg: 'Ed25519', maxBytes: 2048 }
const signer = await ed25519Signer()
const keys = await keySetOf(signer)
const HEADER = { alg: 'Ed25519', kid: signer.kid, typ: FORM.typ }
const good = await signToken({ ...FORM, ...signer, claims: { seq: 1, text: 'ü\n' } })

const refuses = (token: string, code: string) =>
  assert.rejects(verifyToken(token, FORM, keys), withCode(code))

test('a token says to its reader what its signer was given', async () => {
  const claims = await verifyToken(good, FORM, keys)
  assert.deepEqual({ ...(claims as object) }, { seq: 1, text: 'ü\n' })
})

for (const [what, header, code] of [
  ['no algorithm', { alg: 'none' }, 'TOKEN_ALGORITHM_FORBIDDEN'],
  ['a symmetric algorithm', { alg: 'HS256' }, 'TOKEN_ALGORITHM_FORBIDDEN'],
  ['the algorithm of reports', { alg: 'ES256' }, 'TOKEN_ALGORITHM_FORBIDDEN'],
  ['the older name of the algorithm', { alg: 'EdDSA' }, 'TOKEN_ALGORITHM_FORBIDDEN'],
  ['an algorithm that is no text', { alg: ['Ed25519'] }, 'TOKEN_ALGORITHM_FORBIDDEN'],
  ['another type', { typ: 'fleetward-command+jws' }, 'TOKEN_TYPE_WRONG'],
  ['the type as a media type', { typ: 'application/fleetward-manifest+jws' }, 'TOKEN_TYPE_WRONG'],
  ['no type', { typ: undefined }, 'TOKEN_TYPE_WRONG'],
  ['no key id', { kid: undefined }, 'TOKEN_INVALID'],
  ['a key id that is no text', { kid: 1 }, 'TOKEN_INVALID'],
  ['a stranger’s key id', { kid: 'stranger' }, 'TOKEN_KEY_UNKNOWN'],
  ['the name of an inherited property as key id', { kid: 'toString' }, 'TOKEN_KEY_UNKNOWN'],
  ['its own key', { jwk: { kty: 'OKP', crv: 'Ed25519', x: '' } }, 'TOKEN_INVALID'],
  ['an address for its key', { jku: 'https://example.org/keys' }, 'TOKEN_INVALID'],
  ['a certificate', { x5c: ['MIIB'] }, 'TOKEN_INVALID'],
  ['an address for its certificate', { x5u: 'https://example.org/c' }, 'TOKEN_INVALID'],
  ['an unencoded payload', { b64: false, crit: ['b64'] }, 'TOKEN_INVALID'],
  ['a critical extension', { crit: ['exp'], exp: 1 }, 'TOKEN_INVALID'],
  ['compression', { zip: 'DEF' }, 'TOKEN_INVALID'],
  ['a parameter nobody knows', { note: '' }, 'TOKEN_INVALID'],
] as const) {
  test(`a token that brings ${what} in its header is refused`, () =>
    refuses(withHeader(good, { ...HEADER, ...header }), code))
}

test('a header parameter beyond the fixed ones is refused even when it is signed', async () => {
  await refuses(await forge({ ...HEADER, cty: 'x' }, { seq: 1 }, signer.key), 'TOKEN_INVALID')
})

test('a header with the same parameter twice is refused', () =>
  refuses(
    withHeader(good, `{"alg":"none","alg":"Ed25519","kid":"${signer.kid}","typ":"${FORM.typ}"}`),
    'JSON_DUPLICATE_KEY',
  ))

test('claims with the same name twice are refused although the signature is right', async () => {
  await refuses(await forge(HEADER, '{"seq":1,"seq":2}', signer.key), 'JSON_DUPLICATE_KEY')
})

test('an oversized token is refused before anything in it is parsed', () =>
  refuses('.'.repeat(FORM.maxBytes + 1), 'TOKEN_TOO_LONG'))

test('one byte below the limit a token still counts', async () => {
  const exact = { ...FORM, maxBytes: good.length }
  await verifyToken(good, exact, keys)
  const oneLess = { ...FORM, maxBytes: good.length - 1 }
  await assert.rejects(verifyToken(good, oneLess, keys), withCode('TOKEN_TOO_LONG'))
})

const [header = '', payload = '', signature = ''] = good.split('.')

for (const [what, token] of [
  ['two parts', `${header}.${payload}`],
  ['four parts', `${good}.${signature}`],
  ['no text at all', ''],
  ['an empty signature', `${header}.${payload}.`],
  ['an empty payload', `${header}..${signature}`],
  ['white space', `${good}\n`],
  ['padding', `${good}==`],
  ['the other base64 alphabet', `${header}.${payload}.${'+'.repeat(86)}`],
  ['a length that no encoder makes', `${header}.${payload}.${signature.slice(0, 85)}`],
] as const) {
  test(`a token with ${what} is refused`, () => refuses(token, 'TOKEN_INVALID'))
}

test('another base64url text of the same signature is refused', async () => {
  const last = signature.at(-1) ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // 64 bytes leave four unused bits in the last character.
  const other = alphabet[alphabet.indexOf(last) ^ 1] ?? ''
  const same = `${signature.slice(0, -1)}${other}`
  assert.deepEqual(base64url.decode(same), base64url.decode(signature))
  await refuses(`${header}.${payload}.${same}`, 'TOKEN_INVALID')
})

test('a changed payload, a changed signature and a signature of another length are refused', async () => {
  const otherPayload = base64url.encode('{"seq":2}')
  await refuses(`${header}.${otherPayload}.${signature}`, 'TOKEN_SIGNATURE_INVALID')
  const bytes = base64url.decode(signature)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  await refuses(`${header}.${payload}.${base64url.encode(bytes)}`, 'TOKEN_SIGNATURE_INVALID')
  const zeros = base64url.encode(new Uint8Array(64))
  await refuses(`${header}.${payload}.${zeros}`, 'TOKEN_SIGNATURE_INVALID')
  const longer = base64url.encode(new Uint8Array(65))
  await refuses(`${header}.${payload}.${longer}`, 'TOKEN_SIGNATURE_INVALID')
})

test('the public key is no secret to verify an HMAC with', async () => {
  const secret = await importJWK({ kty: 'oct', k: base64url.encode(signer.publicKey) }, 'HS256')
  const mac = await new CompactSign(new TextEncoder().encode('{"seq":1}'))
    .setProtectedHeader({ alg: 'HS256', kid: signer.kid, typ: FORM.typ })
    .sign(secret)
  await refuses(mac, 'TOKEN_ALGORITHM_FORBIDDEN')
})

test('a signature by another key under a known key id is refused', async () => {
  const other = await ed25519Signer()
  await refuses(await forge(HEADER, { seq: 1 }, other.key), 'TOKEN_SIGNATURE_INVALID')
})

test('a sender with one key names none, and a key of another kind verifies nothing', async () => {
  const { privateKey, publicKey } = await p256Pair()
  const form: TokenForm = { typ: 'fleetward-report+jws', alg: 'ES256', maxBytes: 2048 }
  const token = await signToken({ ...form, key: privateKey, claims: { seq: 1 } })
  await verifyToken(token, form, { only: publicKey })
  const named = await forge({ alg: 'ES256', kid: 'x', typ: form.typ }, { seq: 1 }, privateKey)
  await assert.rejects(verifyToken(named, form, { only: publicKey }), withCode('TOKEN_INVALID'))
  const [ed25519] = keys.values()
  assert.ok(ed25519)
  await assert.rejects(verifyToken(token, form, { only: ed25519 }), withCode('KEY_INVALID'))
  await assert.rejects(verifyToken(token, form, { only: privateKey }), withCode('KEY_INVALID'))
  const p384 = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, [
    'sign',
    'verify',
  ])
  const only = p384.publicKey
  await assert.rejects(verifyToken(token, form, { only }), withCode('KEY_INVALID'))
})

test('what a reader would refuse is not signed', async () => {
  const sign = (claims: { [name: string]: number | string }) =>
    signToken({ ...FORM, ...signer, claims })
  await assert.rejects(sign({ share: 0.5 }), withCode('JSON_INVALID'))
  await assert.rejects(sign({ text: '\ud800' }), withCode('JSON_INVALID'))
  await assert.rejects(sign({ text: 'x'.repeat(1600) }), withCode('TOKEN_TOO_LONG'))
})

test('a token is remembered by what was signed, whatever its signature looks like', () => {
  assert.equal(tokenDigest(`${header}.${payload}.AAAA`), tokenDigest(good))
  assert.notEqual(tokenDigest(`${header}.${payload}A.${signature}`), tokenDigest(good))
})
