/** A small stored file in whole: one under `trust/`, say. */
import { readFile } from 'node:fs/promises'
import type { ArtifactStore } from '../ports.ts'

export async function readStored(
  artifacts: ArtifactStore,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const stored = await artifacts.find(sha256)
  return stored && readFile(stored.path)
}
