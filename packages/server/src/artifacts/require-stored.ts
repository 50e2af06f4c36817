/**
 * Bytes that the store has already, for something else: whoever sends them again shows that he has them, and they are
 * read as what they are to be now. What was kept as evidence was read as no SBOM.
 */
import { TrustError } from '@fleetward/shared'
import { HttpError } from '../http/problem.ts'
import type { ArtifactStore } from '../ports.ts'
import type { ExpectedBytes } from './artifact-intake.ts'
import { DigestCheck } from './digest-check.ts'
import { readStored } from './stored-file.ts'

/** A body that knows whether anybody has begun to read it. */
export class ReadParts implements AsyncIterable<Uint8Array> {
  wereRead = false
  readonly #parts: AsyncIterable<Uint8Array>

  constructor(parts: AsyncIterable<Uint8Array>) {
    this.#parts = parts
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.wereRead = true
    return this.#parts[Symbol.asyncIterator]()
  }
}

export async function requireStored(
  artifacts: ArtifactStore,
  body: AsyncIterable<Uint8Array>,
  expected: ExpectedBytes,
  check?: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const digest = new DigestCheck(expected)
  try {
    for await (const bytes of body) digest.update(bytes)
  } catch (error) {
    if (error instanceof TrustError) throw error
    const message = 'The upload was cut off. Nothing was kept; upload again'
    throw new HttpError(400, 'UPLOAD_CUT_OFF', message, { cause: error })
  }
  digest.finish()
  if (check === undefined) return
  const bytes = await readStored(artifacts, expected.sha256)
  if (bytes === undefined) throw new Error(`the stored file ${expected.sha256} went away`)
  await check(bytes)
}
