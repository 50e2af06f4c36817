/**
 * Artifacts on disk, named by their digest: `artifacts/ab/cdef…`. A file under such a name is
 * complete and verified, because it is renamed to it only after its last byte was hashed and synced.
 * What a crash leaves under `incoming/` was never complete and goes at the next start.
 */
import { randomUUID } from 'node:crypto'
import {
  access,
  constants,
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncDirectory } from '@fleetward/platform'
import type { ArtifactIntake, ExpectedBytes } from '../artifacts/artifact-intake.ts'
import { DigestCheck } from '../artifacts/digest-check.ts'
import { isDiskFull } from '../http/disk-full.ts'
import { HttpError } from '../http/problem.ts'
import type { ArtifactReading, StoredArtifact } from '../ports.ts'

const DIGEST = /^[0-9a-f]{64}$/

/** What is needed of an open file; node's FileHandle. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<{ bytesWritten: number }>
  sync(): Promise<void>
  close(): Promise<void>
}

const createFile = (path: string): Promise<OpenFile> => open(path, 'wx', 0o600)

export class DiskArtifacts implements ArtifactIntake {
  readonly #folder: string
  readonly #create: (path: string) => Promise<OpenFile>

  private constructor(folder: string, create: (path: string) => Promise<OpenFile>) {
    this.#folder = folder
    this.#create = create
  }

  static async open(
    folder: string,
    create: (path: string) => Promise<OpenFile> = createFile,
  ): Promise<DiskArtifacts> {
    await rm(join(folder, 'incoming'), { recursive: true, force: true })
    return DiskArtifacts.beside(folder, create)
  }

  /** For another process than the server, whose uploads under way lie in `incoming`. */
  static async beside(
    folder: string,
    create: (path: string) => Promise<OpenFile> = createFile,
  ): Promise<DiskArtifacts> {
    await mkdir(join(folder, 'incoming'), { recursive: true, mode: 0o700 })
    return new DiskArtifacts(folder, create)
  }

  /** Rejects when the folder cannot be read and written. */
  async probe(): Promise<void> {
    await access(join(this.#folder, 'incoming'), constants.R_OK | constants.W_OK)
  }

  async find(sha256: string): Promise<StoredArtifact | undefined> {
    const path = this.#pathOf(sha256)
    if (path === undefined) return undefined
    try {
      return storedFile(path, (await stat(path)).size)
    } catch (error) {
      if (codeOfSystem(error) === 'ENOENT') return undefined
      throw error
    }
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

  async stop(): Promise<void> {}

  async #write(
    path: string,
    body: AsyncIterable<Uint8Array>,
    expected: ExpectedBytes,
  ): Promise<void> {
    const file = await this.#create(path)
    try {
      const digest = new DigestCheck(expected)
      for await (const bytes of body) {
        digest.update(bytes)
        await writeAll(file, bytes)
      }
      digest.finish()
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

/** A file whose bytes never change. */
export function storedFile(path: string, length: number): StoredArtifact {
  return {
    length,
    read: async (first, last) => readFileFrom(await open(path, 'r'), first, last),
  }
}

function readFileFrom(file: FileHandle, first: number, last: number): ArtifactReading {
  let at = first
  return {
    read: async (buffer) => {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, last - at + 1), at)
      at += bytesRead
      return bytesRead
    },
    close: () => file.close(),
  }
}

function inTermsOfTheCaller(error: unknown): unknown {
  if (isDiskFull(error)) {
    const message = 'The disk of the server is full. Nothing was kept; make room and upload again'
    return new HttpError(507, 'DISK_FULL', message, { cause: error })
  }
  const code = codeOfSystem(error)
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    const message = 'The upload was cut off. Nothing was kept; upload again'
    return new HttpError(400, 'UPLOAD_CUT_OFF', message, { cause: error })
  }
  return error
}

function codeOfSystem(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
