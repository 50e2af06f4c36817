/** A stored file as it is, read when its turn comes. */
import type { ArtifactStore } from '../ports.ts'

const CHUNK_BYTES = 64 * 1024

/** Undefined: it is not in the store. */
export async function storedContent(
  artifacts: ArtifactStore,
  sha256: string,
): Promise<(() => AsyncGenerator<Uint8Array>) | undefined> {
  const stored = await artifacts.find(sha256)
  if (stored === undefined) return undefined
  return async function* chunks() {
    if (stored.length === 0) return
    const reading = await stored.read(0, stored.length - 1)
    try {
      for (;;) {
        const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
        const count = await reading.read(buffer)
        if (count === 0) return
        yield buffer.subarray(0, count)
      }
    } finally {
      await reading.close()
    }
  }
}
