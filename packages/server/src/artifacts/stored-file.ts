/** A small stored file in whole: one under `trust/`, say. */
import type { ArtifactStore } from '../ports.ts'

export async function readStored(
  artifacts: ArtifactStore,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const stored = await artifacts.find(sha256)
  if (stored === undefined) return undefined
  const bytes = Buffer.alloc(stored.length)
  if (stored.length === 0) return bytes
  const reading = await stored.read(0, stored.length - 1)
  try {
    let filled = 0
    while (filled < bytes.length) {
      const count = await reading.read(bytes.subarray(filled))
      if (count === 0) throw new Error('A stored file is shorter than its record')
      filled += count
    }
  } finally {
    await reading.close()
  }
  return bytes
}
