/** DER (X.690) as a certificate request needs it written: definite and shortest lengths. */
import { DER_TAG } from '@fleetward/shared'

export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body])
}

export const derSequence = (...parts: readonly Uint8Array[]) => der(DER_TAG.sequence, ...parts)
export const derBitString = (bytes: Uint8Array) => der(DER_TAG.bitString, Buffer.of(0), bytes)
export const derUtf8String = (text: string) => der(DER_TAG.utf8String, Buffer.from(text, 'utf8'))

/** `1.2.840.10045.4.3.2`; X.690 §8.19. */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(DER_TAG.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(arc: number): number[] {
  const groups = [arc % 128]
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
    groups.unshift((left % 128) + 128)
  }
  return groups
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  const bytes: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return Buffer.of(0x80 + bytes.length, ...bytes)
}
