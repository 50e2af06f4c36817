import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import type { Json } from '../json/json.ts'
import { keyIdOf, parseTufKey, tufKeyOf } from './tuf-key.ts'

const P256 = 'ecdsa-sha2-nistp256'

const ed25519 = generateKeyPairSync('ed25519').publicKey
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey

const der = (key: KeyObject) => key.export({ format: 'der', type: 'spki' })
const pem = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' }).toString()
const rawEd25519 = der(ed25519).subarray(-32).toString('hex')
const point = der(p256).subarray(-65)

const key = (keytype: string, scheme: string, publicPart: Json): Json => ({
  keytype,
  scheme,
  keyval: { public: publicPart },
})

const refuses = (what: string, json: Json) =>
  test(`refuses ${what}`, () => assert.throws(() => parseTufKey(json), { code: 'KEY_INVALID' }))

for (const [kind, json] of [
  ['ed25519', key('ed25519', 'ed25519', rawEd25519)],
  ['ecdsa-p256', key('ecdsa', P256, pem(p256))],
  ['rsa-pss', key('rsa', 'rsassa-pss-sha256', pem(rsa))],
] as const) {
  test(`a key of kind ${kind} is written as it was read`, () => {
    const parsed = parseTufKey(json)
    assert.equal(parsed?.kind, kind)
    assert.deepEqual(tufKeyOf(parsed), json)
  })
}

test('one P-256 key has one identity, whichever way it is written', () => {
  const identities = [
    key('ecdsa', P256, pem(p256)),
    key(P256, P256, pem(p256)),
    key(P256, P256, point.toString('hex')),
    key('ecdsa', P256, pem(p256).replaceAll('\n', '\r\n')),
    key('ecdsa', P256, `\n${pem(p256).trim()}`),
  ].map((json) => parseTufKey(json)?.identity)
  assert.equal(new Set(identities).size, 1)
})

test('one RSA key has one identity, whichever way its PEM is broken into lines', () => {
  const onOneLine = pem(rsa)
    .replace(/\n(?!-)/g, '')
    .replace('KEY-----', 'KEY-----\n')
  const identity = (text: string) => parseTufKey(key('rsa', 'rsassa-pss-sha256', text))?.identity
  assert.equal(identity(onOneLine), identity(pem(rsa)))
  assert.notEqual(identity(pem(rsa)), undefined)
})

test('unknown fields of a key are ignored', () => {
  const json = {
    ...(key('ed25519', 'ed25519', rawEd25519) as object),
    keyid_hash_algorithms: 'md5',
  }
  assert.equal(parseTufKey(json)?.kind, 'ed25519')
})

for (const [keytype, scheme] of [
  ['ml-dsa', 'ml-dsa-65/1'],
  ['ecdsa', 'ecdsa-sha2-nistp384'],
  ['rsa', 'rsa-pkcs1v15-sha256'],
  ['ed25519', 'ed25519ph'],
  ['', ''],
  ['constructor', 'toString'],
] as const) {
  test(`a key of the unknown kind ${keytype}/${scheme} stands for nobody`, () => {
    assert.equal(parseTufKey(key(keytype, scheme, 'whatever')), undefined)
  })
}

refuses('a key that is no object', 'ed25519')
refuses('a key without scheme', { keytype: 'ed25519', keyval: { public: rawEd25519 } })
refuses('a key without value', { keytype: 'ed25519', scheme: 'ed25519' })
refuses('a value that is no string', key('ed25519', 'ed25519', 7))
refuses('an Ed25519 key in capitals', key('ed25519', 'ed25519', rawEd25519.toUpperCase()))
refuses('an Ed25519 key with something behind it', key('ed25519', 'ed25519', `${rawEd25519}\n`))
refuses('an Ed25519 key of 31 bytes', key('ed25519', 'ed25519', rawEd25519.slice(2)))
refuses('the identity as an Ed25519 key', key('ed25519', 'ed25519', `01${'00'.repeat(31)}`))
refuses('a P-384 key as a P-256 key', key('ecdsa', P256, pem(p384)))
refuses('an RSA key as a P-256 key', key('ecdsa', P256, pem(rsa)))
refuses('a P-256 key as an RSA key', key('rsa', 'rsassa-pss-sha256', pem(p256)))
refuses('an Ed25519 key in PEM as a P-256 key', key('ecdsa', P256, pem(ed25519)))
refuses('PEM with something before it', key('ecdsa', P256, `x\n${pem(p256)}`))
refuses('PEM with two keys', key('ecdsa', P256, pem(p256) + pem(p256)))
refuses('PEM with a broken base64', key('ecdsa', P256, pem(p256).replace('MF', 'M=')))

const pemOf = (bytes: Uint8Array) =>
  `-----BEGIN PUBLIC KEY-----\n${Buffer.from(bytes).toString('base64')}\n-----END PUBLIC KEY-----\n`
const withPoint = (bytes: Uint8Array) => pemOf(Buffer.concat([der(p256).subarray(0, -65), bytes]))
const compressed = Buffer.concat([Buffer.from([2 + ((point[64] ?? 0) % 2)]), point.subarray(1, 33)])
// Of one x there are two y, and they do not differ in their last bit alone.
const offCurve = Buffer.from(point).fill((point[64] ?? 0) ^ 1, 64)
const tooLarge = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 0xff)])

refuses('a point that is not on the curve', key('ecdsa', P256, withPoint(offCurve)))
refuses('a point that is not on the curve, in hex', key(P256, P256, offCurve.toString('hex')))
refuses('coordinates above the prime', key(P256, P256, tooLarge.toString('hex')))
refuses('a compressed point in hex', key(P256, P256, compressed.toString('hex')))
refuses(
  'a compressed point in PEM, which OpenSSL would take',
  key(
    'ecdsa',
    P256,
    pemOf(
      Buffer.concat([
        Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
        compressed,
      ]),
    ),
  ),
)
refuses(
  'bytes behind the key',
  key('ecdsa', P256, pemOf(Buffer.concat([der(p256), Buffer.from([0])]))),
)
refuses('bytes missing from the key', key('ecdsa', P256, pemOf(der(p256).subarray(0, -1))))
refuses(
  'a length that is not in its shortest form',
  key('ecdsa', P256, pemOf(Buffer.concat([Buffer.from([0x30, 0x81]), der(p256).subarray(1)]))),
)

function rsaPem(modulus: bigint, exponent: bigint): string {
  const jwk = { kty: 'RSA', n: base64url(modulus), e: base64url(exponent) }
  return pemOf(rsaDer(Buffer.from(jwk.n, 'base64url'), Buffer.from(jwk.e, 'base64url')))
}

function base64url(number: bigint): string {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

function rsaDer(modulus: Buffer, exponent: Buffer): Buffer {
  const integers = Buffer.concat([positive(modulus), positive(exponent)])
  const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex')
  const bits = element(3, Buffer.concat([Buffer.from([0]), element(0x30, integers)]))
  return element(0x30, Buffer.concat([algorithm, bits]))
}

const positive = (bytes: Buffer) =>
  element(2, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)

function element(tag: number, contents: Buffer): Buffer {
  const { length } = contents
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), contents])
  const head = length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), contents])
}

const rsaKeyWith = (modulus: bigint, exponent = 65_537n) =>
  key('rsa', 'rsassa-pss-sha256', rsaPem(modulus, exponent))
const oddWith = (bits: bigint) => 2n ** (bits - 1n) + 1n

test('takes RSA keys from 2048 bits on', () => {
  assert.equal(parseTufKey(rsaKeyWith(oddWith(2048n)))?.kind, 'rsa-pss')
  assert.equal(parseTufKey(rsaKeyWith(oddWith(8192n)))?.kind, 'rsa-pss')
})

refuses('an RSA key of 2047 bits', rsaKeyWith(oddWith(2047n)))
refuses('an RSA key of 1024 bits', rsaKeyWith(oddWith(1024n)))
refuses('an RSA key of 8193 bits', rsaKeyWith(oddWith(8193n)))
refuses('an even modulus', rsaKeyWith(2n ** 2047n))
refuses('the exponent 1, with which everything verifies', rsaKeyWith(oddWith(2048n), 1n))
refuses('the exponent 3', rsaKeyWith(oddWith(2048n), 3n))
refuses('an even exponent', rsaKeyWith(oddWith(2048n), 65_538n))
refuses(
  'a modulus with a padded zero, which would be a second form of the same key',
  key(
    'rsa',
    'rsassa-pss-sha256',
    pemOf(
      rsaDer(
        Buffer.concat([Buffer.from([0, 0]), Buffer.alloc(256, 0x81)]),
        Buffer.from('010001', 'hex'),
      ),
    ),
  ),
)

test('a key id is the SHA-256 of the canonical form', () => {
  const json = key('ed25519', 'ed25519', rawEd25519)
  const canonical = `{"keytype":"ed25519","keyval":{"public":"${rawEd25519}"},"scheme":"ed25519"}`
  assert.equal(keyIdOf(json), createHash('sha256').update(canonical).digest('hex'))
})
