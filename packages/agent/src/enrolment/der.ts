/**
 * DER (X.690), the little that a certificate request needs written and a certs-only answer needs read.
 * Lengths are definite and shortest, as DER demands; a reader that forgives lets one meaning have two
 * spellings. The bytes that are read come from the network.
 */
import { TransferError } from '@fleetward/shared'

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  /** [0], constructed: an optional or explicit part. */
  context0: 0xa0,
} as const

export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body])
}

export const derSequence = (...parts: readonly Uint8Array[]) => der(TAG.sequence, ...parts)
export const derBitString = (bytes: Uint8Array) => der(TAG.bitString, Buffer.of(0), bytes)
export const derUtf8String = (text: string) => der(TAG.utf8String, Buffer.from(text, 'utf8'))

/** `1.2.840.10045.4.3.2`; X.690 §8.19. */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(TAG.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
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

export interface DerElement {
  readonly tag: number
  readonly contents: Buffer
  /** Tag, length and contents as they stood. */
  readonly bytes: Buffer
}

export class DerReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The next element, which must have this tag if one is named. */
  next(tag?: number): DerElement {
    const start = this.#at
    const seen = this.#byte()
    if (tag !== undefined && seen !== tag) throw malformed('tag')
    // Tags above 30 take more bytes (X.690 §8.1.2.4); none of ours do.
    if ((seen & 0x1f) === 0x1f) throw malformed('tag')
    const length = this.#length()
    const end = this.#at + length
    if (end > this.#bytes.length) throw malformed('length')
    const contents = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return { tag: seen, contents, bytes: this.#bytes.subarray(start, end) }
  }

  /** A reader of the contents of the next element. */
  into(tag: number): DerReader {
    return new DerReader(this.next(tag).contents)
  }

  isNext(tag: number): boolean {
    return this.#bytes[this.#at] === tag
  }

  end(): void {
    if (!this.isAtEnd) throw malformed('end')
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    // Indefinite (0x80) is BER; four bytes are 4 GiB, and the answer was bounded before.
    const count = first - 0x80
    if (count < 1 || count > 4) throw malformed('length')
    let length = 0
    for (let i = 0; i < count; i += 1) length = length * 256 + this.#byte()
    if (length < (count === 1 ? 0x80 : 256 ** (count - 1))) throw malformed('shortest length')
    return length
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw malformed('more bytes')
    this.#at += 1
    return byte
  }
}

function malformed(expected: string): TransferError {
  return new TransferError('SERVER_REFUSED', { answer: 'not DER', expected })
}
