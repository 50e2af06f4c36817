/** Writes an archive beside its name and gives it the name once every byte is on the disk. */
import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, link, open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { onDisk, syncDirectory } from '@fleetward/platform'
import { END_OF_ARCHIVE, headerOf, paddingOf } from './tar.ts'

export interface WrittenEntry {
  readonly path: string
  readonly length: number
  readonly sha256: string
}

export class ArchiveWriter {
  readonly #path: string
  readonly #beside: string
  readonly #file: FileHandle
  readonly #now: number

  private constructor(path: string, beside: string, file: FileHandle, now: number) {
    this.#path = path
    this.#beside = beside
    this.#file = file
    this.#now = now
  }

  static async create(path: string, now: number): Promise<ArchiveWriter> {
    const name = `.${basename(path)}.${randomBytes(6).toString('hex')}.new`
    const beside = join(dirname(path), name)
    const file = await onDisk(path, () => open(beside, 'wx', 0o600))
    return new ArchiveWriter(path, beside, file, now)
  }

  async add(path: string, bytes: Uint8Array): Promise<WrittenEntry> {
    return this.addStream(path, bytes.length, [bytes])
  }

  /** Throws when there are more or fewer bytes than were announced. */
  async addStream(
    path: string,
    length: number,
    parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<WrittenEntry> {
    await this.#write(headerOf({ name: path, length }, this.#now))
    const hash = createHash('sha256')
    let written = 0
    for await (const part of parts) {
      written += part.length
      if (written > length) break
      hash.update(part)
      await this.#write(part)
    }
    if (written !== length) throw new Error(`${path} changed its length while it was read`)
    await this.#write(paddingOf(length))
    return { path, length, sha256: hash.digest('hex') }
  }

  /** Rejects with EEXIST when somebody else took the name meanwhile: a backup is never written over. */
  async finish(): Promise<void> {
    await this.#write(END_OF_ARCHIVE)
    await onDisk(this.#path, async () => {
      await this.#file.sync()
      await this.#file.close()
    })
    await link(this.#beside, this.#path)
    await rm(this.#beside, { force: true })
    await syncDirectory(dirname(this.#path))
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {})
    await rm(this.#beside, { force: true })
  }

  #write(bytes: Uint8Array): Promise<void> {
    return onDisk(this.#path, async () => {
      for (let from = 0; from < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, from)
        from += bytesWritten
      }
    })
  }
}
