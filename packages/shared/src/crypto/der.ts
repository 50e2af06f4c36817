/**
 * The little DER (X.690) that public keys need, read strictly: one encoding per value, nothing
 * behind it. A reader that is lenient here would let one key pass for two.
 */
import { TrustError } from '../errors.ts'

export const DER_SEQUENCE = 0x30
export const DER_INTEGER = 0x02
export const DER_BIT_STRING = 0x03

export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The contents of the next element, which must have this tag. */
  element(tag: number): Uint8Array {
    if (this.#byte() !== tag) throw notDer('tag')
    const length = this.#length()
    const contents = this.#bytes.subarray(this.#at, this.#at + length)
    if (contents.length !== length) throw notDer('length')
    this.#at += length
    return contents
  }

  /** A positive INTEGER in its shortest form. */
  positiveInteger(): bigint {
    const contents = this.element(DER_INTEGER)
    const [first = 0x80, second = 0x80] = contents
    const isPadded = first === 0 && second < 0x80
    if (first >= 0x80 || isPadded) throw notDer('positive integer')
    return BigInt(`0x${contents.toHex()}`)
  }

  /** A BIT STRING of whole bytes. */
  bitString(): Uint8Array {
    const contents = this.element(DER_BIT_STRING)
    if (contents[0] !== 0) throw notDer('whole bytes')
    return contents.subarray(1)
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw notDer('end')
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    // 0x81 and 0x82: up to 65,535 bytes, far more than any key has.
    const count = first - 0x80
    if (count !== 1 && count !== 2) throw notDer('length')
    const length = count === 1 ? this.#byte() : this.#byte() * 256 + this.#byte()
    if (length < (count === 1 ? 0x80 : 0x100)) throw notDer('shortest length')
    return length
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw notDer('more bytes')
    this.#at += 1
    return byte
  }
}

function notDer(expected: string): TrustError {
  return new TrustError('KEY_INVALID', { format: 'DER', expected })
}
