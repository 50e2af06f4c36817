import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { p256Key } from './p256-point.ts'
import { spkiOf } from './spki.ts'

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    result = (result * result) % P
    if ((exponent >> bit) & 1n) result = (result * base) % P
  }
  return result
}

/** A point whose x is so small that x + P still fits into 32 bytes. */
function pointWithSmallX(): { x: bigint; y: bigint } {
  for (let x = 1n; ; x += 1n) {
    const square = (((x * x * x - 3n * x + B) % P) + P) % P
    const y = power(square, (P + 1n) / 4n) // P ≡ 3 modulo 4
    if ((y * y) % P === square) return { x, y }
  }
}

function encoded(tag: number, x: bigint, y: bigint): Uint8Array {
  const hex = [x, y].map((number) => number.toString(16).padStart(64, '0')).join('')
  return Uint8Array.fromHex(tag.toString(16).padStart(2, '0') + hex)
}

const { x, y } = pointWithSmallX()
const refuses = (bytes: Uint8Array) =>
  assert.throws(() => p256Key(bytes), { code: 'KEY_INVALID' }, bytes.toHex())

test('takes a point of the curve, and OpenSSL takes it too', () => {
  for (const key of [p256Key(encoded(4, x, y)), p256Key(encoded(4, x, P - y))]) {
    const spki = Buffer.from(spkiOf(key))
    const { asymmetricKeyType } = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    assert.equal(asymmetricKeyType, 'ec')
  }
})

test('refuses the same point with a coordinate that is not reduced', () => {
  refuses(encoded(4, x + P, y))
  refuses(encoded(4, x, y + P < 2n ** 256n ? y + P : P))
})

test('refuses the hybrid forms, which carry the sign of y once more', () => {
  refuses(encoded(6 + Number(y % 2n), x, y))
})

test('refuses what is not on the curve, zero and infinity among it', () => {
  refuses(encoded(4, x, y + 1n))
  refuses(encoded(4, 0n, 0n))
  refuses(new Uint8Array([0]))
  refuses(new Uint8Array(65))
})

test('refuses other lengths', () => {
  refuses(encoded(4, x, y).subarray(0, 64))
  refuses(Uint8Array.of(...encoded(4, x, y), 0))
})
