/** Takes a stream of bytes apart by count, without ever holding more than was asked for. */
import { TrustError } from '@fleetward/shared'

export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]()
  }

  /** The next `count` bytes in one piece; the caller has bounded `count`. */
  async take(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count)
    let filled = 0
    for await (const bytes of this.next(count)) {
      taken.set(bytes, filled)
      filled += bytes.length
    }
    return taken
  }

  /** The next `count` bytes as they come. */
  async *next(count: number): AsyncGenerator<Uint8Array> {
    let missing = count
    while (missing > 0) {
      if (this.#rest.length === 0 && !(await this.#fill())) {
        throw new TrustError('ARTIFACT_INVALID', { reason: 'the archive is cut off' })
      }
      const bytes = this.#rest.subarray(0, missing)
      this.#rest = this.#rest.subarray(bytes.length)
      missing -= bytes.length
      yield bytes
    }
  }

  async isAtEnd(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#fill())
  }

  async #fill(): Promise<boolean> {
    const following = await this.#iterator.next()
    if (following.done === true) return false
    this.#rest = following.value
    return this.#rest.length > 0 || this.#fill()
  }
}
