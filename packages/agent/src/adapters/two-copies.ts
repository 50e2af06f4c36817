/**
 * A small value in two files that are written in turn, in place. Each begins with a line that says
 * which write it is, how long the value is and what its SHA-256 is, so a write that a power loss cut
 * off shows, and the other file still holds the value before it (nerves_runtime #375: of a large fleet
 * some devices always have half a write).
 *
 * In place and not beside: the space of both files is taken while the disk has room, so that a full
 * disk cannot stop a device from saving that an update failed, that a counter rose, or which slot boots
 * (threat model, MCUboot fe8f9fc0: find out before the switch whether the floor can be stored).
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { onDisk, syncDirectory } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

export interface TwoCopiesOptions {
  readonly folder: string
  /** The files are `<name>.a` and `<name>.b`, and begin with `fleetward-<name>`. */
  readonly name: string
  /** Of each file, from its first write on; above the largest value. */
  readonly fileBytes: number
}

export interface Loaded<Value> {
  /** Of the newest copy that is whole; undefined when nothing was ever saved. */
  readonly value: Value | undefined
  /** The other copy is lost, and no power cut does that: perhaps it was the newer one. */
  readonly isPerhapsBehind: boolean
  /** Both files are whole and hold the same. */
  readonly isTwofold: boolean
}

interface Whole<Value> {
  readonly file: string
  /** Counts the writes; the higher one is the newer. */
  readonly generation: number
  readonly sha256: string
  readonly value: Value
}

/** `torn`: a write was cut off in it. `lost`: it holds nothing of ours any more, or cannot be read. */
type Copy<Value> = Whole<Value> | 'absent' | 'torn' | 'lost'

const HEAD_MAX_BYTES = 160

export class TwoCopies {
  readonly #options: TwoCopiesOptions
  readonly #files: readonly [string, string]
  readonly #head: RegExp
  #newest: { readonly file: string; readonly generation: number } | undefined

  constructor(options: TwoCopiesOptions) {
    this.#options = options
    this.#files = [`${options.name}.a`, `${options.name}.b`]
    this.#head = new RegExp(`^fleetward-${options.name} (\\d{1,15}) (\\d{1,9}) ([0-9a-f]{64})\\n`)
  }

  /**
   * `parse` throws what is no value. STATE_CORRUPT when something was saved and nothing of it is left;
   * its fact `writtenAt` says when, as far as the disk knows.
   */
  async load<Value>(parse: (bytes: Uint8Array) => Value): Promise<Loaded<Value>> {
    const copies = await Promise.all(this.#files.map((file) => this.#read(file, parse)))
    const whole = copies.filter((copy) => typeof copy === 'object')
    const newest = whole.sort((a, b) => b.generation - a.generation)[0]
    if (newest !== undefined) {
      this.#newest = newest
      // Before the second write there is no second file, and while it is made it holds nothing yet.
      const isPerhapsBehind = copies.includes('lost') && newest.generation > 1
      const isTwofold = new Set(whole.map((copy) => copy.sha256)).size === 1 && whole.length === 2
      return { value: newest.value, isPerhapsBehind, isTwofold }
    }
    // A first write that was cut off leaves one damaged file and nothing that could have been lost.
    const damaged = copies.filter((copy) => copy !== 'absent')
    if (damaged.length < 2) return { value: undefined, isPerhapsBehind: false, isTwofold: false }
    const { folder } = this.#options
    const writtenAt = await this.#writtenAt()
    throw new DeviceError('STATE_CORRUPT', { folder, files: this.#files.join(' '), writtenAt })
  }

  /** Seconds since 1970, by the clock of that time; 0 when the disk does not say. */
  async #writtenAt(): Promise<number> {
    const times = this.#files.map(async (file) => {
      const { mtimeMs } = await stat(join(this.#options.folder, file))
      return Math.floor(mtimeMs / 1000)
    })
    const known = await Promise.all(times.map((time) => time.catch(() => 0)))
    return Math.max(...known)
  }

  /** Resolves once a power loss can no longer undo it; rejects DISK_FULL or DISK_FAILED. */
  async save(value: Uint8Array): Promise<void> {
    const { folder, name, fileBytes } = this.#options
    const generation = (this.#newest?.generation ?? 0) + 1
    const head = `fleetward-${name} ${generation} ${value.length} ${sha256(value)}\n`
    const bytes = Buffer.concat([Buffer.from(head), value])
    if (bytes.length > fileBytes) {
      throw new DeviceError('DISK_FAILED', { limitBytes: fileBytes, seenBytes: bytes.length })
    }
    // Never the file that holds the newest whole value.
    const file = this.#files.find((other) => other !== this.#newest?.file) ?? this.#files[0]
    const path = join(folder, file)
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW
    await onDisk(path, async () => {
      const handle = await open(path, flags, 0o600)
      try {
        await this.#reserve(handle)
        await writeAll(handle, bytes, 0)
        await handle.datasync()
      } finally {
        await handle.close()
      }
    })
    this.#newest = { file, generation }
  }

  /** Takes the space of the file with real bytes: a sparse file would only promise it. */
  async #reserve(file: FileHandle): Promise<void> {
    const { folder, fileBytes } = this.#options
    const { size } = await file.stat()
    if (size >= fileBytes) return
    await file.chmod(0o600)
    await writeAll(file, Buffer.alloc(fileBytes - size), size)
    await file.sync()
    await syncDirectory(folder)
  }

  async #read<Value>(file: string, parse: (bytes: Uint8Array) => Value): Promise<Copy<Value>> {
    const bytes = await this.#readPatiently(file)
    if (typeof bytes === 'string') return bytes
    const head = this.#head.exec(bytes.subarray(0, HEAD_MAX_BYTES).toString('latin1'))
    if (head === null) return 'lost'
    const [line, generation, length, digest] = head
    const value = bytes.subarray(line.length, line.length + Number(length))
    if (value.length !== Number(length) || sha256(value) !== digest) return 'torn'
    try {
      return { file, generation: Number(generation), sha256: sha256(value), value: parse(value) }
    } catch {
      return 'lost'
    }
  }

  /** Asked twice: the other copy may be older, and a disk's first refusal is not always its last word. */
  async #readPatiently(file: string): Promise<Buffer | 'absent' | 'lost'> {
    const path = join(this.#options.folder, file)
    for (const isLast of [false, true]) {
      try {
        return await onDisk(path, () => readIfThere(path, this.#options.fileBytes))
      } catch (error) {
        if (!(error instanceof DeviceError) || error.facts.errno !== 'EIO') throw error
        if (isLast) break
      }
    }
    return 'lost'
  }
}

/** One write(2) may take less than it was given. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const rest = bytes.length - done
    const { bytesWritten } = await file.write(bytes, done, rest, position + done)
    done += bytesWritten
  }
}

async function readIfThere(path: string, maxBytes: number): Promise<Buffer | 'absent'> {
  const size = await stat(path).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    },
  )
  if (size === undefined) return 'absent'
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const bytes = Buffer.alloc(Math.min(size, maxBytes))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
