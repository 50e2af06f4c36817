/**
 * The two compressions of a slot artifact (protocol §4.2, `format`), written so that the same
 * archive gives the same bytes. Node's own gzip stream names the operating system in its header
 * (RFC 1952 §2.3, OS), so header and trailer are written here and only the deflate is zlib's.
 */
import { Buffer } from 'node:buffer'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'

export type ArtifactFormat = 'tar.gz' | 'tar.zst'

/** The format a file's name announces; undefined when it announces none of ours. */
export function formatOfName(fileName: string): ArtifactFormat | undefined {
  if (fileName.endsWith('.tar.gz')) return 'tar.gz'
  if (fileName.endsWith('.tar.zst')) return 'tar.zst'
  return undefined
}

// RFC 1952 §2.3: magic, deflate, no flags, MTIME 0, slowest compression, OS 255 (unknown).
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255)
const ZSTD_LEVEL = 19

export async function compress(
  archive: AsyncIterable<Uint8Array>,
  format: ArtifactFormat,
  out: Writable,
): Promise<void> {
  if (format === 'tar.zst') {
    const params = { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL }
    await pipeline(Readable.from(archive), zlib.createZstdCompress({ params }), out)
    return
  }
  let crc = 0
  let length = 0
  async function* measured() {
    for await (const bytes of archive) {
      crc = zlib.crc32(bytes, crc)
      length += bytes.length
      yield bytes
    }
  }
  async function* framed(deflated: AsyncIterable<Uint8Array>) {
    yield GZIP_HEADER
    yield* deflated
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(crc, 0)
    trailer.writeUInt32LE(length % 2 ** 32, 4) // ISIZE is modulo 2^32
    yield trailer
  }
  const deflate = zlib.createDeflateRaw({ level: 9, memLevel: 9 })
  await pipeline(Readable.from(measured()), deflate, framed, out)
}

export function createDecompressor(format: ArtifactFormat) {
  return format === 'tar.gz' ? zlib.createGunzip() : zlib.createZstdDecompress()
}
