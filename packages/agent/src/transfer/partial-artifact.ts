/**
 * The artifact's file on the device's disk while it arrives. It lies in a folder that only the agent
 * may enter, is never opened through a link, and holds nothing but verified chunks in order, so what
 * a power loss leaves behind is a verified beginning and perhaps a torn end, which is cut off.
 */
import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, type FileHandle, lstat, open, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { diskError, makeDirectory, onDisk, syncDirectory } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

/** Dirty pages are sent to the disk on the way, so that the last fsync does not wait for all. */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024

export interface Chunks {
  readonly size: number
  readonly length: number
  readonly sha256s: readonly string[]
}

export interface VerifiedBeginning {
  readonly length: number
  /** Has seen exactly the verified beginning and goes on with what follows. */
  readonly whole: Hash
}

/** Where the artifact of this digest lies; the digest is signed, so it is no path an attacker chose. */
export const artifactPath = (folder: string, sha256: string) => join(folder, `${sha256}.artifact`)

export class PartialArtifact {
  readonly #file: FileHandle
  readonly #folder: string
  #unsyncedBytes = 0
  #syncing: Promise<void> | undefined
  #syncFailure: unknown

  private constructor(file: FileHandle, folder: string) {
    this.#file = file
    this.#folder = folder
  }

  /** Opens or creates it, and removes what was downloaded for any other release. */
  static async open(folder: string, sha256: string): Promise<PartialArtifact> {
    await makePrivateFolder(folder)
    const path = artifactPath(folder, sha256)
    return onDisk(path, async () => {
      for (const name of await readdir(folder)) {
        if (join(folder, name) !== path) await rm(join(folder, name), { recursive: true })
      }
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW
      const file = await open(path, flags, 0o600)
      const { mode, nlink } = await file.stat()
      if ((mode & constants.S_IFMT) !== constants.S_IFREG || nlink !== 1) {
        await file.close()
        throw new DeviceError('DISK_FAILED', { file: 'artifact', reason: 'not a file of our own' })
      }
      await file.chmod(0o600)
      return new PartialArtifact(file, folder)
    })
  }

  /** Hashes what is there chunk by chunk and cuts the file off after the last good one. */
  async verifyBeginning(chunks: Chunks, signal: AbortSignal): Promise<VerifiedBeginning> {
    const { size } = await onDisk(this.#folder, () => this.#file.stat())
    const whole = createHash('sha256')
    const buffer = Buffer.allocUnsafe(chunks.size)
    let length = 0
    for (const sha256 of chunks.sha256s) {
      signal.throwIfAborted()
      const expected = Math.min(chunks.size, chunks.length - length)
      if (size < length + expected) break
      if (!(await this.#readFully(buffer, expected, length))) break
      const chunk = buffer.subarray(0, expected)
      if (createHash('sha256').update(chunk).digest('hex') !== sha256) break
      whole.update(chunk)
      length += expected
    }
    if (size !== length) await onDisk(this.#folder, () => this.#file.truncate(length))
    return { length, whole }
  }

  /** Whether the rest fits is asked first: a full disk is better known before than after an hour. */
  async requireSpace(bytes: number): Promise<void> {
    const { bavail, bsize } = await onDisk(this.#folder, () => statfs(this.#folder))
    if (bavail * bsize < bytes) {
      throw new DeviceError('DISK_FULL', { neededBytes: bytes, availableBytes: bavail * bsize })
    }
  }

  /** The bytes must be verified, and stay untouched until this resolves. */
  async write(chunk: Uint8Array, position: number): Promise<void> {
    let written = 0
    while (written < chunk.length) {
      const { bytesWritten } = await onDisk(this.#folder, () =>
        this.#file.write(chunk, written, chunk.length - written, position + written),
      )
      written += bytesWritten
    }
    this.#unsyncedBytes += chunk.length
    if (this.#unsyncedBytes >= SYNC_EVERY_BYTES && this.#syncing === undefined) {
      this.#unsyncedBytes = 0
      this.#syncing = this.#syncBehind()
    }
  }

  /** Resolves once a power loss can no longer take anything away. */
  async finish(): Promise<void> {
    await this.#syncing
    // Linux tells of a failed write-back once per open file, so an earlier sync may have had it.
    if (this.#syncFailure !== undefined) throw this.#syncFailure
    await onDisk(this.#folder, () => this.#file.sync())
    await syncDirectory(this.#folder)
  }

  async close(): Promise<void> {
    await this.#syncing
    await this.#file.close()
  }

  async #syncBehind(): Promise<void> {
    try {
      await this.#file.datasync()
    } catch (error) {
      this.#syncFailure = diskError(error, this.#folder)
    }
    this.#syncing = undefined
  }

  async #readFully(buffer: Buffer, length: number, position: number): Promise<boolean> {
    let read = 0
    while (read < length) {
      const { bytesRead } = await onDisk(this.#folder, () =>
        this.#file.read(buffer, read, length - read, position + read),
      )
      if (bytesRead === 0) return false
      read += bytesRead
    }
    return true
  }
}

/** Only the agent may look into it: nobody else can swap what was verified (threat model: TOCTOU). */
async function makePrivateFolder(folder: string): Promise<void> {
  await makeDirectory(folder, 0o700)
  await onDisk(folder, async () => {
    if (!(await lstat(folder)).isDirectory()) {
      throw new DeviceError('DISK_FAILED', { folder: 'download', reason: 'not a directory' })
    }
    await chmod(folder, 0o700)
  })
}
