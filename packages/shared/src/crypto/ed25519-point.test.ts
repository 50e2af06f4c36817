import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { Point } from '@noble/ed25519'
import { ed25519Key, requireEd25519Point } from './ed25519-point.ts'

const P = Point.CURVE().p

/** The eight points whose order divides the cofactor: what is left of any point times L. */
function smallOrderPoints(): Point[] {
  const { n: order } = Point.CURVE()
  for (let y = 2; ; y += 1) {
    const point = pointWithY(BigInt(y))
    // L·point, with L − 1 because noble takes only scalars below L.
    const torsion = point?.multiply(order - 1n, false).add(point)
    if (torsion === undefined || torsion.double().double().is0()) continue
    return Array.from({ length: 8 }, (_, i) => torsion.multiply(BigInt(i), false))
  }
}

function pointWithY(y: bigint): Point | undefined {
  try {
    return Point.fromBytes(littleEndian(y), false)
  } catch {
    return undefined
  }
}

function littleEndian(number: bigint): Uint8Array {
  return Uint8Array.fromHex(number.toString(16).padStart(64, '0')).reverse()
}

test('refuses all eight points of small order', () => {
  const encodings = new Set(smallOrderPoints().map((point) => point.toHex()))
  assert.equal(encodings.size, 8)
  for (const encoding of encodings) {
    assert.throws(() => requireEd25519Point(Uint8Array.fromHex(encoding)), {
      code: 'KEY_INVALID',
      facts: { kind: 'ed25519', why: 'small order' },
    })
  }
})

test('refuses them with the other sign bit too', () => {
  for (const point of smallOrderPoints()) {
    const bytes = point.toBytes()
    bytes[31] = (bytes[31] ?? 0) ^ 0x80
    assert.throws(() => requireEd25519Point(bytes), { code: 'KEY_INVALID' })
  }
})

test('refuses a y that is not reduced, with either sign bit', () => {
  for (let y = P; y < 2n ** 255n; y += 1n) {
    for (const sign of [0n, 2n ** 255n]) {
      assert.throws(() => requireEd25519Point(littleEndian(y + sign)), {
        facts: { kind: 'ed25519', why: 'not canonical' },
      })
    }
  }
})

test('refuses other lengths', () => {
  for (const length of [0, 31, 33, 64]) {
    assert.throws(() => requireEd25519Point(new Uint8Array(length).fill(9)), {
      code: 'KEY_INVALID',
    })
  }
})

test('takes the keys that people make', () => {
  for (let i = 0; i < 20; i += 1) {
    const { publicKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    assert.equal(ed25519Key(raw).identity, `ed25519:${raw.toString('hex')}`)
  }
})
