import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PacketGuard } from './packet-guard.ts'

/** MQTT 3.1.1 §2.2.3 */
function lengthBytes(length: number): number[] {
  const bytes: number[] = []
  let left = length
  do {
    const more = left >= 128 ? 0x80 : 0
    bytes.push((left % 128) + more)
    left = Math.floor(left / 128)
  } while (left > 0)
  return bytes
}

const packet = (bodyBytes: number) =>
  Buffer.from([0x30, ...lengthBytes(bodyBytes), ...new Array(bodyBytes).fill(0xff)])

const tooLong = { code: 'TRANSFER_CUT_OFF' }

test('lets packets up to the limit through, however the stream is cut into pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 97 }), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
      (bodies, cuts) => {
        const guard = new PacketGuard(100)
        const stream = Buffer.concat(bodies.map(packet))
        for (let at = 0, i = 0; at < stream.length; i += 1) {
          const size = cuts[i % cuts.length] ?? 1
          guard.see(stream.subarray(at, at + size))
          at += size
        }
        assert.throws(() => guard.see(packet(99)), tooLong)
      },
    ),
  )
})

test('refuses a packet by its announced length, before any of its body', () => {
  assert.throws(() => new PacketGuard(100).see(packet(120).subarray(0, 2)), tooLong)
})

test('refuses the largest length that MQTT allows', () => {
  assert.throws(
    () => new PacketGuard(16 * 1024).see(Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f)),
    tooLong,
  )
})

test('refuses a length of more than four bytes', () => {
  assert.throws(() => new PacketGuard(1e9).see(Buffer.of(0x30, 0x80, 0x80, 0x80, 0x80, 1)), tooLong)
})

test('refuses a message of QoS 2, which would be kept until its sender releases it', () => {
  for (const first of [0x34, 0x36, 0x3c]) {
    assert.throws(() => new PacketGuard(100).see(Buffer.of(first)), tooLong)
  }
  for (const first of [0x30, 0x32, 0x3b]) {
    assert.doesNotThrow(() => new PacketGuard(100).see(Buffer.of(first)))
  }
  // The same bits mean nothing in the body, nor in a packet of another type (PUBREL, SUBACK).
  assert.doesNotThrow(() => new PacketGuard(100).see(Buffer.of(0x30, 2, 0x34, 0x34, 0x62, 0)))
})
