/**
 * The files of the activity log. Each holds whole lines and is named after the number of its first
 * entry, so that the order shows in a listing. Lines are only ever added to the last one; the oldest
 * goes as a whole when there are too many.
 */
import { constants } from 'node:fs'
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, onDisk, syncDirectory } from '@fleetward/platform'

const NAME = /^(\d{16})\.jsonl$/
/** The first segment of a chain that takes the place of the whole one before it. */
const SUCCESSOR = 'successor.jsonl'

export interface Segment {
  readonly firstSeq: number
  readonly bytes: number
}

export class SegmentFiles {
  readonly #folder: string
  #segments: Segment[] = []
  #last: FileHandle | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments
  }

  async load(): Promise<void> {
    await makeDirectory(this.#folder)
    const names = await onDisk(this.#folder, () => readdir(this.#folder))
    if (names.includes(SUCCESSOR)) return this.#succeed(names)
    const found: Segment[] = []
    for (const name of names.toSorted()) {
      const firstSeq = Number(NAME.exec(name)?.[1])
      if (!Number.isSafeInteger(firstSeq)) continue
      found.push({ firstSeq, bytes: (await this.#bytesOf(firstSeq)).length })
    }
    this.#segments = found
  }

  /** Complete lines, and how many bytes behind them are none. */
  async read({ firstSeq }: Segment): Promise<{ lines: string[]; tornBytes: number }> {
    const bytes = await this.#bytesOf(firstSeq)
    const end = bytes.lastIndexOf(0x0a) + 1
    const text = bytes.subarray(0, end).toString('utf8')
    return { lines: text.split('\n').slice(0, -1), tornBytes: bytes.length - end }
  }

  /** Cuts the last segment to its first `bytes`; to none of them: it is removed. */
  async cut(bytes: number): Promise<void> {
    const segment = this.#segments.at(-1)
    if (segment === undefined) return
    if (bytes === 0) return this.#remove(this.#segments.length - 1)
    const file = await this.#openLast(segment)
    await onDisk(this.#path(segment.firstSeq), async () => {
      await file.truncate(bytes)
      await file.sync()
    })
    this.#segments[this.#segments.length - 1] = { ...segment, bytes }
  }

  /** From now on lines go into a new file. */
  async begin(firstSeq: number): Promise<void> {
    await this.close()
    const path = this.#path(firstSeq)
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW
    await onDisk(path, async () => {
      this.#last = await open(path, flags, 0o600)
      await syncDirectory(this.#folder)
    })
    this.#segments.push({ firstSeq, bytes: 0 })
  }

  /** All of the line or, when the disk is full, nothing of it. */
  async append(line: string): Promise<void> {
    const segment = this.#segments.at(-1)
    if (segment === undefined) throw new Error('no segment was begun')
    const file = await this.#openLast(segment)
    const bytes = Buffer.from(`${line}\n`)
    await onDisk(this.#path(segment.firstSeq), async () => {
      try {
        for (let done = 0; done < bytes.length; ) {
          done += (await file.write(bytes, done, bytes.length - done)).bytesWritten
        }
      } catch (error) {
        await file.truncate(segment.bytes)
        throw error
      }
    })
    this.#segments[this.#segments.length - 1] = { ...segment, bytes: segment.bytes + bytes.length }
  }

  async sync(): Promise<void> {
    const segment = this.#segments.at(-1)
    if (segment === undefined || this.#last === undefined) return
    await onDisk(this.#path(segment.firstSeq), async () => this.#last?.datasync())
  }

  async dropOldest(): Promise<void> {
    await this.#remove(0)
  }

  /** Everything goes; what is left is one segment with this line. A power cut leaves one or the other. */
  async replaceAll(line: string): Promise<void> {
    await this.close()
    const path = join(this.#folder, SUCCESSOR)
    await onDisk(path, async () => {
      const file = await open(`${path}.new`, 'w', 0o600)
      try {
        await file.writeFile(`${line}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${path}.new`, path)
    })
    await syncDirectory(this.#folder)
    await this.#succeed(await readdir(this.#folder))
  }

  async close(): Promise<void> {
    const file = this.#last
    this.#last = undefined
    await file?.close()
  }

  async #succeed(names: readonly string[]): Promise<void> {
    const first = this.#path(1)
    await onDisk(this.#folder, async () => {
      for (const name of names) if (NAME.test(name)) await rm(join(this.#folder, name))
      await syncDirectory(this.#folder)
      await rename(join(this.#folder, SUCCESSOR), first)
      await syncDirectory(this.#folder)
    })
    this.#segments = [{ firstSeq: 1, bytes: (await this.#bytesOf(1)).length }]
  }

  async #remove(index: number): Promise<void> {
    const [segment] = this.#segments.slice(index, index + 1)
    if (segment === undefined) return
    if (index === this.#segments.length - 1) await this.close()
    const path = this.#path(segment.firstSeq)
    await onDisk(path, () => rm(path, { force: true }))
    await syncDirectory(this.#folder)
    this.#segments.splice(index, 1)
  }

  async #openLast({ firstSeq }: Segment): Promise<FileHandle> {
    const path = this.#path(firstSeq)
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW
    this.#last ??= await onDisk(path, () => open(path, flags))
    return this.#last
  }

  #bytesOf(firstSeq: number): Promise<Buffer> {
    const path = this.#path(firstSeq)
    return onDisk(path, () => readFile(path))
  }

  #path(firstSeq: number): string {
    return join(this.#folder, `${String(firstSeq).padStart(16, '0')}.jsonl`)
  }
}
