/**
 * What the agent uses of `node:zlib`, without its threads: they end when they like, and an accident
 * has to find the same step at the same place each time. The same decompressors and the same errors.
 */
import { Transform, type TransformCallback } from 'node:stream'
import { constants, gunzipSync, type ZstdOptions, zstdDecompressSync } from 'node:zlib'

export { constants }

class Decompressor extends Transform {
  bytesWritten = 0
  readonly #decompress: (bytes: Buffer) => Buffer
  readonly #blocks: Buffer[] = []

  constructor(decompress: (bytes: Buffer) => Buffer) {
    super()
    this.#decompress = decompress
  }

  override _transform(block: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#blocks.push(block)
    this.bytesWritten += block.length
    done()
  }

  override _flush(done: TransformCallback): void {
    try {
      done(null, this.#decompress(Buffer.concat(this.#blocks)))
    } catch (error) {
      done(error as Error)
    }
  }
}

export const createGunzip = () => new Decompressor((bytes) => gunzipSync(bytes))

export const createZstdDecompress = (options: ZstdOptions) =>
  new Decompressor((bytes) => zstdDecompressSync(bytes, { params: options.params ?? {} }))
