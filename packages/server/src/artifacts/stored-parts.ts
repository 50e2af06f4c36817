/** A stored file of any length, part by part. */
import type { StoredArtifact } from '../ports.ts'

const PART_BYTES = 256 * 1024

export async function* partsOf(stored: StoredArtifact): AsyncGenerator<Buffer> {
  if (stored.length === 0) return
  const reading = await stored.read(0, stored.length - 1)
  try {
    for (;;) {
      // Whoever is handed a part may keep it: each has a buffer of its own.
      const buffer = Buffer.alloc(PART_BYTES)
      const count = await reading.read(buffer)
      if (count === 0) return
      yield buffer.subarray(0, count)
    }
  } finally {
    await reading.close()
  }
}
