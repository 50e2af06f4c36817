/**
 * Reads an offline bundle's archive (protocol §14) in one pass: the index first, then exactly its files, in its
 * order. What a bundle may make the device hold in memory is bounded here; what it means is not known here.
 */
import { createHash } from 'node:crypto'
import {
  BUNDLE_INDEX_MAX_BYTES,
  BUNDLE_INDEX_NAME,
  type BundledFile,
  type BundleIndex,
  parseBundleIndex,
  TrustError,
} from '@fleetward/shared'
import { type TarEntry, type TarPart, TarReader } from '../slot/tar-reader.ts'

export class BundleReader {
  readonly index: BundleIndex
  readonly #parts: AsyncGenerator<TarPart, void, void>
  #next = 0

  private constructor(index: BundleIndex, parts: AsyncGenerator<TarPart, void, void>) {
    this.index = index
    this.#parts = parts
  }

  static async open(archive: AsyncIterable<Buffer>): Promise<BundleReader> {
    const parts = partsOf(archive)
    const entry = await nextEntry(parts)
    if (entry?.path !== BUNDLE_INDEX_NAME) throw invalid('the index is not its first file')
    if (entry.length > BUNDLE_INDEX_MAX_BYTES) throw invalid('the index is too long')
    return new BundleReader(parseBundleIndex(await contentOf(parts)), parts)
  }

  /** The next file of the index, which must be the next of the archive; undefined behind the last one. */
  async next(): Promise<BundledFile | undefined> {
    const listed = this.index.files[this.#next]
    this.#next += 1
    const entry = await nextEntry(this.#parts)
    if (listed === undefined && entry === undefined) return undefined
    if (listed === undefined || entry === undefined) throw invalid('not the files of its index')
    if (entry.path !== listed.path || entry.length !== listed.length || entry.executable) {
      throw invalid(`${entry.path} where ${listed.path} should be`)
    }
    return listed
  }

  /** All of the file that {@link next} returned. The caller has looked at its length. */
  async bytes(file: BundledFile): Promise<Uint8Array> {
    const blocks: Buffer[] = []
    await this.stream(file, (block) => {
      blocks.push(Buffer.from(block))
      return undefined
    })
    return Buffer.concat(blocks)
  }

  /** The same piece by piece; a promise of `take` is waited for. Rejects at the end when the digest is another. */
  async stream(
    { path, sha256 }: BundledFile,
    take: (block: Buffer) => Promise<void> | undefined,
  ): Promise<void> {
    const hash = createHash('sha256')
    for await (const block of dataOf(this.#parts)) {
      hash.update(block)
      await take(block)
    }
    const seen = hash.digest('hex')
    if (seen !== sha256) throw new TrustError('DIGEST_MISMATCH', { path, expected: sha256, seen })
  }
}

async function* partsOf(archive: AsyncIterable<Buffer>): AsyncGenerator<TarPart, void, void> {
  const tar = new TarReader()
  for await (const bytes of archive) yield* tar.read(bytes)
  tar.end()
}

async function nextEntry(parts: AsyncGenerator<TarPart>): Promise<TarEntry | undefined> {
  const { done, value } = await parts.next()
  if (done) return undefined
  // The one before was read to its end.
  if (value.kind !== 'entry') throw new Error('inside a file')
  return value.entry
}

/** Up to the end of the file; unlike `for await`, leaves the generator open for the next one. */
async function* dataOf(parts: AsyncGenerator<TarPart>): AsyncGenerator<Buffer, void, void> {
  for (;;) {
    const { done, value } = await parts.next()
    if (done || value.kind === 'entry') throw new Error('not inside a file')
    if (value.kind === 'entryEnd') return
    yield value.bytes
  }
}

async function contentOf(parts: AsyncGenerator<TarPart>): Promise<Uint8Array> {
  const blocks: Buffer[] = []
  for await (const block of dataOf(parts)) blocks.push(Buffer.from(block))
  return Buffer.concat(blocks)
}

function invalid(reason: string): TrustError {
  return new TrustError('BUNDLE_INVALID', { reason: reason.slice(0, 200) })
}
