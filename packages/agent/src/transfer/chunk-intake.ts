/**
 * Turns the blocks of a connection into verified chunks (protocol §4.3). Each block is hashed in the
 * moment it arrives, twice: for its chunk and for the whole. A chunk is handed on for writing only
 * when its digest is right, from one of a few buffers that are used over and over, so memory does
 * not depend on the artifact's size.
 */
import { createHash, type Hash } from 'node:crypto'
import { TrustError } from '@fleetward/shared'
import type { Chunks, VerifiedBeginning } from './partial-artifact.ts'

/** One fills, one is written, one is ready: more showed no gain. */
const BUFFERS_COUNT = 3

/** Writes a verified chunk; the buffer is used again once the promise has resolved. */
export type WriteChunk = (chunk: Uint8Array, position: number) => Promise<void>

export class ChunkIntake {
  readonly #chunks: Chunks
  readonly #write: WriteChunk
  readonly #whole: Hash
  readonly #spare: Buffer[] = []
  #buffersMade = 0
  /** Bytes handed on, all verified. */
  #position: number
  #filling: Buffer | undefined
  #filled = 0
  #chunkHash = createHash('sha256')
  readonly #writing = new Set<Promise<void>>()
  #failure: { readonly reason: unknown } | undefined
  #bufferFreed: (() => void) | undefined

  constructor(chunks: Chunks, beginning: VerifiedBeginning, write: WriteChunk) {
    this.#chunks = chunks
    this.#write = write
    this.#whole = beginning.whole
    this.#position = beginning.length
  }

  /** Throws TrustError on a wrong chunk; a returned promise means: no more until it resolves. */
  take(block: Buffer): Promise<void> | undefined {
    for (let at = 0; at < block.length; ) {
      this.#throwFailure()
      const chunkLength = Math.min(this.#chunks.size, this.#chunks.length - this.#position)
      // Stop at length + 0 bytes: endless data, threat model: extra data after the artifact.
      if (chunkLength === 0) {
        throw new TrustError('LENGTH_EXCEEDED', { limit: this.#chunks.length })
      }
      this.#filling ??= this.#nextBuffer()
      if (this.#filling === undefined) {
        const rest = block.subarray(at)
        return this.#untilBufferFree().then(() => this.take(rest))
      }
      const part = block.subarray(at, at + chunkLength - this.#filled)
      this.#chunkHash.update(part)
      this.#whole.update(part)
      this.#filling.set(part, this.#filled)
      this.#filled += part.length
      at += part.length
      if (this.#filled === chunkLength) this.#passOn(this.#filling.subarray(0, chunkLength))
    }
    return undefined
  }

  /** Resolves when all is written and the whole has the length and digest that were signed. */
  async finish(sha256: string): Promise<void> {
    await this.settle()
    this.#throwFailure()
    const received = this.#position + this.#filled
    if (received !== this.#chunks.length) {
      throw new TrustError('LENGTH_MISMATCH', { expected: this.#chunks.length, seen: received })
    }
    const seen = this.#whole.digest('hex')
    if (seen !== sha256) {
      throw new TrustError('DIGEST_MISMATCH', { what: 'artifact', expected: sha256, seen })
    }
  }

  /** Waits for writes under way, however they end: the file must not be closed under them. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#writing)
  }

  #passOn(chunk: Buffer): void {
    const buffer = this.#filling as Buffer
    const position = this.#position
    const index = Math.floor(position / this.#chunks.size)
    const seen = this.#chunkHash.digest('hex')
    const expected = this.#chunks.sha256s[index]
    if (seen !== expected) {
      throw new TrustError('DIGEST_MISMATCH', { chunk: index, expected: expected ?? '', seen })
    }
    this.#chunkHash = createHash('sha256')
    this.#filling = undefined
    this.#filled = 0
    this.#position += chunk.length

    const writing = this.#write(chunk, position)
      .catch((reason: unknown) => {
        this.#failure ??= { reason }
      })
      .finally(() => {
        this.#writing.delete(writing)
        this.#spare.push(buffer)
        this.#bufferFreed?.()
      })
    this.#writing.add(writing)
  }

  #nextBuffer(): Buffer | undefined {
    const spare = this.#spare.pop()
    if (spare !== undefined || this.#buffersMade === BUFFERS_COUNT) return spare
    this.#buffersMade += 1
    return Buffer.allocUnsafeSlow(Math.min(this.#chunks.size, this.#chunks.length))
  }

  async #untilBufferFree(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#bufferFreed = resolve
    await promise
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.reason
  }
}
