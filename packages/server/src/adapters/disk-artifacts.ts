/**
 * Artifacts on disk, named by their digest: `artifacts/ab/cdef…`. A file under such a name is
 * complete and verified, because it is renamed to it only after its last byte was hashed and synced.
 * What a crash leaves under `incoming/` was never complete and goes at the next start.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncDirectory } from '@fleetward/platform'
import { TrustError } from '@fleetward/shared'
import type { ArtifactIntake, ExpectedBytes } from '../artifacts/artifact-intake.ts'
import { HttpError } from '../http/problem.ts'
import type { StoredArtifact } from '../ports.ts'

const DIGEST = /^[0-9a-f]{64}$/

/** What is needed of an open file; node's FileHandle. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<{ bytesWritten: number }>
  sync(): Promise<void>
  close(): Promise<void>
}

export class DiskArtifacts implements ArtifactIntake {
  readonly #folder: string
  readonly #create: (path: string) => Promise<OpenFile>

  private constructor(folder: string, create: (path: string) => Promise<OpenFile>) {
    this.#folder = folder
    this.#create = create
  }

  static async open(
    folder: string,
    create: (path: string) => Promise<OpenFile> = (path) => open(path, 'wx', 0o600),
  ): Promise<DiskArtifacts> {
    await rm(join(folder, 'incoming'), { recursive: true, force: true })
    await mkdir(join(folder, 'incoming'), { recursive: true, mode: 0o700 })
    return new DiskArtifacts(folder, create)
  }

  async find(sha256: string): Promise<StoredArtifact | undefined> {
    const path = this.#pathOf(sha256)
    if (path === undefined) return undefined
    try {
      return { path, length: (await stat(path)).size }
    } catch (error) {
      if (codeOfSystem(error) === 'ENOENT') return undefined
      throw error
    }
  }
  /** Rejects when the folder cannot be read and written. */
  async probe(): Promise<void> {
    await access(join(this.#folder, 'incoming'), constants.R_OK | constants.W_OK)
  }


  async receive(
    body: AsyncIterable<Uint8Array>,
    expected: ExpectedBytes,
    check?: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const path = this.#pathOf(expected.sha256)
    if (path === undefined) throw new TypeError(`not a digest: ${expected.sha256}`)
    if ((await this.find(expected.sha256)) !== undefined) return
    const incoming = join(this.#folder, 'incoming', randomUUID())
    try {
      await this.#write(incoming, body, expected)
      if (check !== undefined) await check(await readFile(incoming))
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await rename(incoming, path)
      await syncDirectory(dirname(path))
      await syncDirectory(this.#folder)
    } catch (error) {
      await rm(incoming, { force: true })
      throw inTermsOfTheCaller(error)
    }
  }

  async #write(
    path: string,
    body: AsyncIterable<Uint8Array>,
    expected: ExpectedBytes,
  ): Promise<void> {
    const file = await this.#create(path)
    try {
      const hash = createHash('sha256')
      const second = expected.sha512 === undefined ? undefined : createHash('sha512')
      let length = 0
      for await (const bytes of body) {
        length += bytes.length
        // Endless data: not one byte more than the release keys signed.
        if (length > expected.length) throw lengthMismatch(expected.length, length)
        hash.update(bytes)
        second?.update(bytes)
        await writeAll(file, bytes)
      }
      if (length !== expected.length) throw lengthMismatch(expected.length, length)
      requireDigest(expected.sha256, hash.digest('hex'))
      if (second !== undefined) requireDigest(expected.sha512 ?? '', second.digest('hex'))
      await file.sync()
    } finally {
      await file.close()
    }
  }

  /** Undefined for anything but a digest, so that no name from outside becomes a path. */
  #pathOf(sha256: string): string | undefined {
    if (!DIGEST.test(sha256)) return undefined
    return join(this.#folder, sha256.slice(0, 2), sha256.slice(2))
  }
}

async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  let rest = bytes
  while (rest.length > 0) {
    const { bytesWritten } = await file.write(rest)
    rest = rest.subarray(bytesWritten)
  }
}

function requireDigest(expected: string, seen: string): void {
  if (seen !== expected) throw new TrustError('DIGEST_MISMATCH', { expected, seen })
}

function lengthMismatch(expected: number, seen: number): TrustError {
  return new TrustError('LENGTH_MISMATCH', { expected, seen })
}

function inTermsOfTheCaller(error: unknown): unknown {
  const code = codeOfSystem(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = 'The disk of the server is full. Nothing was kept; make room and upload again'
    return new HttpError(507, 'DISK_FULL', message, { cause: error })
  }
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    const message = 'The upload was cut off. Nothing was kept; upload again'
    return new HttpError(400, 'UPLOAD_CUT_OFF', message, { cause: error })
  }
  return error
}

function codeOfSystem(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
