import type { ArtifactStore } from '../ports.ts'

/** What verified metadata says of the bytes that are to come. */
export interface ExpectedBytes {
  readonly sha256: string
  readonly length: number
  /** Where metadata names it, it must fit as well: TUF clients check every digest. */
  readonly sha512?: string
}

export interface ArtifactIntake extends ArtifactStore {
  /**
   * Takes the bytes in and resolves once they are complete, verified and durable; then, and not a
   * moment earlier, {@link ArtifactStore.find} finds them. Rejects with LENGTH_MISMATCH or
   * DIGEST_MISMATCH (TrustError), UPLOAD_CUT_OFF or DISK_FULL (HttpError) or what `check` throws, and
   * then nothing is kept. Bytes that are there already are not read again.
   *
   * `check` sees the whole of a small file whose digest is right.
   */
  receive(
    body: AsyncIterable<Uint8Array>,
    expected: ExpectedBytes,
    check?: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void>
}
