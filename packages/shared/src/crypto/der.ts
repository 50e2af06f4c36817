/**
 * A reader of DER (X.690): definite, shortest lengths and nothing behind the end. One that forgives
 * lets one meaning have two spellings, and one key pass for two. What is malformed is thrown as the
 * caller's error: a key that must not be used is another matter than a server's bad answer.
 */

export const DER_TAG = {
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

export interface DerElement {
  readonly tag: number
  readonly contents: Uint8Array
  /** Tag, length and contents as they stood. */
  readonly bytes: Uint8Array
}

export class DerReader {
  readonly #bytes: Uint8Array
  readonly #malformed: (expected: string) => Error
  #at = 0

  constructor(bytes: Uint8Array, malformed: (expected: string) => Error) {
    this.#bytes = bytes
    this.#malformed = malformed
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The next element, which must have this tag if one is named. */
  next(tag?: number): DerElement {
    const start = this.#at
    const seen = this.#byte()
    if (tag !== undefined && seen !== tag) throw this.#malformed('tag')
    // Tags above 30 take more bytes (X.690 §8.1.2.4); none of ours do.
    if ((seen & 0x1f) === 0x1f) throw this.#malformed('tag')
    const length = this.#length()
    const end = this.#at + length
    if (end > this.#bytes.length) throw this.#malformed('length')
    const contents = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return { tag: seen, contents, bytes: this.#bytes.subarray(start, end) }
  }

  /** A reader of the contents of the next element. */
  into(tag: number): DerReader {
    return new DerReader(this.next(tag).contents, this.#malformed)
  }

  isNext(tag: number): boolean {
    return this.#bytes[this.#at] === tag
  }

  end(): void {
    if (!this.isAtEnd) throw this.#malformed('end')
  }

  /** A positive INTEGER in its shortest form. */
  positiveInteger(): bigint {
    const { contents } = this.next(DER_TAG.integer)
    const [first = 0x80, second = 0x80] = contents
    const isPadded = first === 0 && second < 0x80
    if (first >= 0x80 || isPadded) throw this.#malformed('positive integer')
    return BigInt(`0x${contents.toHex()}`)
  }

  /** A BIT STRING of whole bytes. */
  bitString(): Uint8Array {
    const { contents } = this.next(DER_TAG.bitString)
    if (contents[0] !== 0) throw this.#malformed('whole bytes')
    return contents.subarray(1)
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    // Indefinite (0x80) is BER; four bytes are 4 GiB, and what is read was bounded before.
    const count = first - 0x80
    if (count < 1 || count > 4) throw this.#malformed('length')
    let length = 0
    for (let i = 0; i < count; i += 1) length = length * 256 + this.#byte()
    if (length < (count === 1 ? 0x80 : 256 ** (count - 1))) throw this.#malformed('shortest length')
    return length
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw this.#malformed('more bytes')
    this.#at += 1
    return byte
  }
}
