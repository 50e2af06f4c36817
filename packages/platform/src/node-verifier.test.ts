/**
 * OpenSSL against noble: two implementations that share no line have to decide alike, on honest
 * signatures and on the constructions of "Taming the many EdDSAs" (eprint 2020/1244), which is where
 * libraries disagree.
 */
import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import {
  nobleEd25519Verifier,
  type PublicKey,
  parseTufKey,
  type SignatureVerifier,
} from '@fleetward/shared'
import { hashes, Point, verify } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { createNodeVerifier, nodeDigests, nodeVerifier } from './node-verifier.ts'

const { n: ORDER } = Point.CURVE()
const message = new TextEncoder().encode('release 1.4.3')
const both: [string, SignatureVerifier][] = [
  ['node', nodeVerifier],
  ['noble', nobleEd25519Verifier],
]

function ed25519() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return { key: unchecked(raw), privateKey }
}

/** As if the checks of parseTufKey had been forgotten. */
function unchecked(bytes: Uint8Array): PublicKey {
  return { kind: 'ed25519', bytes, identity: `test:${bytes.toHex()}` }
}

test('both accept honest Ed25519 signatures and refuse every altered one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(511), (bytes, bit) => {
      const { key, privateKey } = ed25519()
      const signature = sign(null, bytes, privateKey)
      const altered = Uint8Array.from(signature)
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      for (const [name, verifier] of both) {
        assert.equal(verifier.verify(key, bytes, signature), true, name)
        assert.equal(verifier.verify(key, bytes, altered), false, name)
        assert.equal(verifier.verify(ed25519().key, bytes, signature), false, name)
      }
    }),
    { numRuns: 60 },
  )
})

for (const length of [0, 1, 63, 65, 128]) {
  test(`a signature of ${length} bytes is none`, () => {
    const { key, privateKey } = ed25519()
    const signature = Buffer.concat([sign(null, message, privateKey), Buffer.alloc(64)])
    for (const [name, verifier] of both) {
      assert.equal(verifier.verify(key, message, signature.subarray(0, length)), false, name)
    }
  })
}

/** A point of order 8, and the numbers that turn points into signatures. */
const torsion = pointOfOrder8()
const secret = 0x1234567890abcdef1234567890abcdefn
const nonce = 0xfedcba0987654321fedcba0987654321n
const zero = new Uint8Array(32)

function pointOfOrder8(): Point {
  for (let y = 2; ; y += 1) {
    try {
      const point = Point.fromBytes(littleEndian(BigInt(y)), false)
      const candidate = point.multiply(ORDER - 1n, false).add(point)
      if (!candidate.double().double().is0()) return candidate
    } catch {
      // No point has this y.
    }
  }
}

const onBase = (scalar: bigint) => Point.BASE.multiply(scalar % ORDER, false)

/** k = SHA-512(R ‖ A ‖ M) mod L, RFC 8032 §5.1.7. */
function challenge(r: Uint8Array, a: Uint8Array, text: Uint8Array): bigint {
  return fromLittleEndian(sha512(Buffer.concat([r, a, text]))) % ORDER
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.toReversed().toHex()}`)
}

function littleEndian(number: bigint): Uint8Array {
  return Uint8Array.fromHex(number.toString(16).padStart(64, '0')).reverse()
}

/** A signature by whoever knows `secret`, although A and R may carry a part of small order. */
function forge(publicPoint: Point, r: Point, text: Uint8Array = message) {
  const key = publicPoint.toBytes()
  const encodedR = r.toBytes()
  const s = (nonce + challenge(encodedR, key, text) * secret) % ORDER
  return { key: unchecked(key), signature: Buffer.concat([encodedR, littleEndian(s)]), text }
}

/** A message whose challenge leaves this remainder by 8, so that the small parts cancel, or not. */
function messageWithChallenge(publicPoint: Point, r: Point, remainder: bigint): Uint8Array {
  for (let i = 0; ; i += 1) {
    const text = new TextEncoder().encode(`try ${i}`)
    if (challenge(r.toBytes(), publicPoint.toBytes(), text) % 8n === remainder) return text
  }
}

const mixedA = onBase(secret).add(torsion)
const mixedR = onBase(nonce).add(torsion)
const honestA = onBase(secret)
const honestR = onBase(nonce)

interface Construction {
  readonly what: string
  readonly made: { key: PublicKey; signature: Uint8Array; text: Uint8Array }
  readonly isValid: boolean
  /** ZIP 215 takes whatever satisfies the equation times the cofactor: proof that the trap works. */
  readonly isValidLeniently: boolean
}

const constructions: Construction[] = [
  {
    what: 'an honest signature made this way',
    made: forge(honestA, honestR),
    isValid: true,
    isValidLeniently: true,
  },
  {
    what: 'the identity as key, which signs everything',
    made: {
      key: unchecked(Point.ZERO.toBytes()),
      signature: Buffer.concat([Point.ZERO.toBytes(), zero]),
      text: message,
    },
    isValid: false,
    isValidLeniently: true,
  },
  {
    what: 'the identity as key, with an R that looks honest',
    made: {
      key: unchecked(Point.ZERO.toBytes()),
      signature: Buffer.concat([honestR.toBytes(), littleEndian(nonce)]),
      text: message,
    },
    isValid: false,
    isValidLeniently: true,
  },
  {
    what: 'a key of order 8 with S = 0',
    made: {
      key: unchecked(torsion.toBytes()),
      signature: Buffer.concat([torsion.negate().toBytes(), zero]),
      text: messageWithChallenge(torsion, torsion.negate(), 1n),
    },
    isValid: false,
    isValidLeniently: true,
  },
  {
    what: 'R of small order',
    made: withSmallR(),
    isValid: false,
    isValidLeniently: true,
  },
  {
    what: 'small parts of A and R that cancel: the equation holds without cofactor',
    made: forge(mixedA, mixedR, messageWithChallenge(mixedA, mixedR, 7n)),
    isValid: true,
    isValidLeniently: true,
  },
  {
    what: 'small parts that do not cancel: the equation holds only times the cofactor',
    made: forge(mixedA, mixedR, messageWithChallenge(mixedA, mixedR, 3n)),
    isValid: false,
    isValidLeniently: true,
  },
  {
    what: 'a small part of R alone',
    made: forge(honestA, mixedR),
    isValid: false,
    isValidLeniently: true,
  },
  {
    what: 'S + L, a second form of an honest signature',
    made: withLargeS(),
    isValid: false,
    isValidLeniently: false,
  },
  {
    what: 'R in an encoding that is not canonical',
    made: withUnreducedR(),
    isValid: false,
    isValidLeniently: true,
  },
]

function withSmallR() {
  const key = unchecked(mixedA.toBytes())
  const text = messageWithChallenge(mixedA, torsion, 7n)
  const s = (challenge(torsion.toBytes(), key.bytes, text) * secret) % ORDER
  return { key, signature: Buffer.concat([torsion.toBytes(), littleEndian(s)]), text }
}

function withLargeS() {
  const { key, signature, text } = forge(honestA, honestR)
  const s = fromLittleEndian(signature.subarray(32)) + ORDER
  return { key, signature: Buffer.concat([signature.subarray(0, 32), littleEndian(s)]), text }
}

/** R is the identity, whose y = 1 is written as p + 1. */
function withUnreducedR() {
  const r = littleEndian(2n ** 255n - 18n)
  const key = unchecked(honestA.toBytes())
  const s = (challenge(r, key.bytes, message) * secret) % ORDER
  return { key, signature: Buffer.concat([r, littleEndian(s)]), text: message }
}

hashes.sha512 = sha512

for (const { what, made, isValid, isValidLeniently } of constructions) {
  const { key, signature, text } = made
  test(`both ${isValid ? 'accept' : 'refuse'} ${what}`, () => {
    assert.equal(verify(signature, text, key.bytes, { zip215: true }), isValidLeniently)
    for (const [name, verifier] of both) {
      assert.equal(verifier.verify(key, text, signature), isValid, name)
    }
  })
}

test('noble verifies nothing but Ed25519', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = tufKey(
    'ecdsa',
    'ecdsa-sha2-nistp256',
    publicKey.export({ format: 'pem', type: 'spki' }),
  )
  assert.throws(() => nobleEd25519Verifier.verify(key, message, new Uint8Array(64)), {
    code: 'KEY_INVALID',
  })
})

function tufKey(keytype: string, scheme: string, publicPart: string | Buffer): PublicKey {
  const key = parseTufKey({ keytype, scheme, keyval: { public: publicPart.toString() } })
  assert.ok(key)
  return key
}

test('ECDSA over P-256 is DER with SHA-256, nothing else', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = tufKey(
    'ecdsa',
    'ecdsa-sha2-nistp256',
    publicKey.export({ format: 'pem', type: 'spki' }),
  )
  const signature = sign('sha256', message, privateKey)
  assert.equal(nodeVerifier.verify(key, message, signature), true)
  for (const wrong of [
    sign('sha512', message, privateKey),
    sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    Buffer.concat([signature, Buffer.from([0])]),
    signature.subarray(0, -1),
    Buffer.alloc(0),
    Buffer.from('3006020100020100', 'hex'), // r = s = 0, CVE-2022-21449
  ]) {
    assert.equal(nodeVerifier.verify(key, message, wrong), false)
  }
})

test('RSA is PSS with SHA-256, with either salt that securesystemslib has used', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = tufKey('rsa', 'rsassa-pss-sha256', publicKey.export({ format: 'pem', type: 'spki' }))
  const padding = constants.RSA_PKCS1_PSS_PADDING
  for (const saltLength of [32, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
    const signature = sign('sha256', message, { key: privateKey, padding, saltLength })
    assert.equal(nodeVerifier.verify(key, message, signature), true)
    signature[100] = (signature[100] ?? 0) ^ 1
    assert.equal(nodeVerifier.verify(key, message, signature), false)
  }
  assert.equal(nodeVerifier.verify(key, message, sign('sha256', message, privateKey)), false)
})

test('a bounded cache still verifies with keys that have left it', () => {
  const verifier = createNodeVerifier(2)
  const pairs = [ed25519(), ed25519(), ed25519(), ed25519()]
  for (const { key, privateKey } of [...pairs, ...pairs]) {
    assert.equal(verifier.verify(key, message, sign(null, message, privateKey)), true)
  }
})

test('bulk digests are those of the bytes one after the other', () => {
  const digest = nodeDigests.create('sha256')
  digest.update(new TextEncoder().encode('a'))
  digest.update(new TextEncoder().encode('bc'))
  // FIPS 180-4, example "abc".
  assert.equal(digest.hex(), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(nodeDigests.create('sha512').hex().length, 128)
})
