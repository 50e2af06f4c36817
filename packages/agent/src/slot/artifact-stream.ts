/**
 * The artifact's file as a stream of archive bytes: read once, through one open file, hashed in
 * compressed form as it goes into the decompressor. What is unpacked is what was hashed.
 */
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress, constants as zlib } from 'node:zlib'
import { onDisk } from '@fleetward/platform'
import { TrustError } from '@fleetward/shared'
import { openArtifact } from '../transfer/open-artifact.ts'

const READ_BYTES = 256 * 1024
/** 16 MiB of history; the strongest level the builder uses (19) wants 8. Bounds memory, RFC 8878 §3.1.1.1.2. */
const ZSTD_WINDOW_LOG_MAX = 24

const gunzip = () => createGunzip({ chunkSize: READ_BYTES })
const unzstd = () =>
  createZstdDecompress({
    chunkSize: READ_BYTES,
    params: { [zlib.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
  })
const DECOMPRESSORS = { 'tar.gz': gunzip, 'tar.zst': unzstd, 'raw.gz': gunzip, 'raw.zst': unzstd }

export type ArtifactFormat = keyof typeof DECOMPRESSORS

/** Exact match of the signed word, never a guess from the bytes (threat model: wrong payload format). */
export function isArtifactFormat(format: string): format is ArtifactFormat {
  return Object.hasOwn(DECOMPRESSORS, format)
}

export interface ArtifactFile {
  readonly path: string
  readonly format: string
  /** What the release keys signed; left out in the factory, where the file itself is the source. */
  readonly length?: number
  readonly sha256?: string
}

/**
 * Hands the decompressed archive to `consume`, then checks the digest of what was read. Returns the
 * digest. `consume` must bound what it takes: it throws, and nothing more is decompressed.
 */
export async function streamArtifact(
  artifact: ArtifactFile,
  consume: (blocks: AsyncIterable<Buffer>) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (!isArtifactFormat(artifact.format)) {
    throw new TrustError('RELEASE_FORMAT_UNSUPPORTED', { format: artifact.format.slice(0, 64) })
  }
  const decompressor = DECOMPRESSORS[artifact.format]()
  const whole = createHash('sha256')
  let length = 0
  const file = await openArtifact(artifact.path)
  try {
    const blocks = async function* () {
      for await (const block of readBlocks(file, artifact.path)) {
        length += block.length
        // Checked block by block: a longer file is refused before its end is looked for.
        if (artifact.length !== undefined && length > artifact.length) {
          throw new TrustError('LENGTH_MISMATCH', { expected: artifact.length, seen: length })
        }
        whole.update(block)
        yield block
      }
    }
    const stop = signal === undefined ? {} : { signal }
    await pipeline(blocks, decompressor, consume, stop)
  } catch (error) {
    throw unpackError(error)
  } finally {
    await file.close()
  }
  // zlib ignores what follows the last member; we do not (threat model: extra data after the artifact).
  if (decompressor.bytesWritten !== length) {
    throw new TrustError('ARTIFACT_INVALID', { reason: 'data after the compressed archive' })
  }
  if (artifact.length !== undefined && length !== artifact.length) {
    throw new TrustError('LENGTH_MISMATCH', { expected: artifact.length, seen: length })
  }
  const sha256 = whole.digest('hex')
  if (artifact.sha256 !== undefined && sha256 !== artifact.sha256) {
    const expected = artifact.sha256
    throw new TrustError('DIGEST_MISMATCH', { what: 'artifact', expected, seen: sha256 })
  }
  return sha256
}

async function* readBlocks(file: FileHandle, path: string): AsyncGenerator<Buffer> {
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    const { bytesRead } = await onDisk(path, () => file.read(buffer, 0, READ_BYTES, null))
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** A decompressor's complaint is about the bytes, so it is a matter of trust. */
function unpackError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && /^(Z_|ZSTD_|ERR_ZLIB|ERR_BUFFER_TOO_LARGE)/.test(code)
    ? new TrustError('ARTIFACT_INVALID', { reason: code }, { cause: error })
    : error
}
