/**
 * Reads an image the way a device will (protocol §4.5) and says how long it is once it is decompressed,
 * which devices hold it to: a mistake shows at the desk and not on the devices.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import { ARTIFACT_LENGTH_MAX_BYTES, TrustError } from '@fleetward/shared'

/** As on devices: they keep 16 MiB of history at most. `zstd --ultra` and `--long` want more. */
const ZSTD_WINDOW_LOG_MAX = 24

/** Returns `installedSize`. */
export async function checkImage(path: string, format: string): Promise<number> {
  const { size } = await stat(path)
  if (size === 0) throw new TrustError('ARTIFACT_INVALID', { reason: 'no bytes' })
  if (format === 'raw') return size
  const decompressor = createDecompressor(format)
  let length = 0
  try {
    await pipeline(createReadStream(path), decompressor, async (image: AsyncIterable<Buffer>) => {
      for await (const bytes of image) {
        length += bytes.length
        if (length > ARTIFACT_LENGTH_MAX_BYTES) {
          throw new TrustError('LENGTH_EXCEEDED', { path, max: ARTIFACT_LENGTH_MAX_BYTES })
        }
      }
    })
  } catch (cause) {
    const { code } = cause as { code?: unknown }
    if (cause instanceof TrustError || !/^(Z_|ZSTD_|ERR_)/.test(String(code))) throw cause
    throw new TrustError('ARTIFACT_INVALID', { format, reason: String(code) }, { cause })
  }
  // zlib ignores what follows the last member; devices do not.
  if (decompressor.bytesWritten !== size) {
    throw new TrustError('ARTIFACT_INVALID', { reason: 'data after the compressed image' })
  }
  if (length === 0) throw new TrustError('ARTIFACT_INVALID', { reason: 'no bytes' })
  return length
}

function createDecompressor(format: string) {
  if (format === 'raw.gz') return zlib.createGunzip()
  if (format !== 'raw.zst') throw new TrustError('RELEASE_FORMAT_UNSUPPORTED', { format })
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX }
  return zlib.createZstdDecompress({ params })
}
