import type { ArtifactStore } from '../ports.ts'

/** What verified metadata says of the bytes that are to come. */
export interface ExpectedBytes {
  readonly sha256: string
  readonly length: number
}

export interface ArtifactIntake extends ArtifactStore {
  /**
   * Takes the bytes in and resolves once they are complete, verified and durable; then, and not a
   * moment earlier, {@link ArtifactStore.find} finds them. Rejects with LENGTH_MISMATCH or
   * DIGEST_MISMATCH (TrustError), UPLOAD_CUT_OFF or DISK_FULL (RequestError), and then nothing is kept.
   * Bytes that are there already are not read again.
   */
  receive(body: AsyncIterable<Uint8Array>, expected: ExpectedBytes): Promise<void>

  /** The whole of a small file; undefined when it is not there. */
  read(sha256: string): Promise<Uint8Array | undefined>

  /** Removes bytes whose digest fits but whose content is not what it has to be. */
  discard(sha256: string): Promise<void>
}
