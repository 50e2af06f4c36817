/**
 * One pass over an artifact's bytes: its length, its digests and one digest per chunk
 * (protocol §4.2, §4.3). Never holds more than one chunk.
 */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { ARTIFACT_LENGTH_MAX_BYTES, TrustError } from '@fleetward/shared'

export interface MeasuredArtifact {
  readonly length: number
  readonly sha256: string
  readonly sha512: string
  readonly chunks: readonly string[]
}

export async function measureArtifact(
  path: string,
  chunkSizeBytes: number,
): Promise<MeasuredArtifact> {
  const file = await open(path, 'r')
  try {
    const sha256 = createHash('sha256')
    const sha512 = createHash('sha512')
    const chunks: string[] = []
    const buffer = new Uint8Array(chunkSizeBytes)
    let length = 0
    for (;;) {
      const filled = await fill(file, buffer)
      if (filled === 0) break
      const bytes = buffer.subarray(0, filled)
      length += filled
      if (length > ARTIFACT_LENGTH_MAX_BYTES) {
        throw new TrustError('LENGTH_EXCEEDED', { path, max: ARTIFACT_LENGTH_MAX_BYTES })
      }
      sha256.update(bytes)
      sha512.update(bytes)
      chunks.push(createHash('sha256').update(bytes).digest('hex'))
    }
    return { length, sha256: sha256.digest('hex'), sha512: sha512.digest('hex'), chunks }
  } finally {
    await file.close()
  }
}

/** Reads until the buffer is full or the file ends: a single read may be short. */
async function fill(file: Awaited<ReturnType<typeof open>>, buffer: Uint8Array): Promise<number> {
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}
