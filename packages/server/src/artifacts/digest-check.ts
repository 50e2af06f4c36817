/** Holds bytes that come in against what verified metadata says of them: TrustError at the first byte too many. */
import { createHash } from 'node:crypto'
import { TrustError } from '@fleetward/shared'
import type { ExpectedBytes } from './artifact-intake.ts'

export class DigestCheck {
  readonly #expected: ExpectedBytes
  readonly #hash = createHash('sha256')
  readonly #second
  #length = 0

  constructor(expected: ExpectedBytes) {
    this.#expected = expected
    this.#second = expected.sha512 === undefined ? undefined : createHash('sha512')
  }

  update(bytes: Uint8Array): void {
    this.#length += bytes.length
    // Endless data: not one byte more than the release keys signed.
    if (this.#length > this.#expected.length) throw this.#lengthMismatch()
    this.#hash.update(bytes)
    this.#second?.update(bytes)
  }

  /** Returns when it was everything, and the right bytes. */
  finish(): void {
    const { length, sha256, sha512 = '' } = this.#expected
    if (this.#length !== length) throw this.#lengthMismatch()
    requireDigest(sha256, this.#hash.digest('hex'))
    if (this.#second !== undefined) requireDigest(sha512, this.#second.digest('hex'))
  }

  #lengthMismatch(): TrustError {
    return new TrustError('LENGTH_MISMATCH', {
      expected: this.#expected.length,
      seen: this.#length,
    })
  }
}

function requireDigest(expected: string, seen: string): void {
  if (seen !== expected) throw new TrustError('DIGEST_MISMATCH', { expected, seen })
}
