/**
 * The agent's record in two files that are written in turn, in place. Each begins with a line that
 * says which write it is, how long the record is and what its SHA-256 is, so a write that a power
 * loss cut off shows, and the other file still holds the record before it (nerves_runtime #375: of
 * a large fleet some devices always have half a write).
 *
 * In place and not beside: the space of both files is taken while the disk has room, so that a full
 * disk cannot stop a device from saving that an update failed, or that a counter rose (threat model,
 * MCUboot fe8f9fc0: find out before the switch whether the floor can be stored).
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { onDisk, syncDirectory } from '@fleetward/platform'
import { canonicalJson, DeviceError, parseJson } from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import { parseAgentRecord, recordJson } from '../core/record-json.ts'
import type { RecordStore } from '../ports.ts'

/** Above the largest record: its outbox has a bound of its own, the rest is small. */
const FILE_BYTES = 256 * 1024
const NAMES = ['record.a', 'record.b'] as const
const HEAD = /^fleetward-record (\d{1,15}) (\d{1,9}) ([0-9a-f]{64})\n/

interface Copy {
  readonly name: (typeof NAMES)[number]
  /** Counts the writes; the higher one is the newer. */
  readonly generation: number
  readonly record: AgentRecord
}

export class FileRecordStore implements RecordStore {
  readonly #folder: string
  #newest: Pick<Copy, 'name' | 'generation'> | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  async load(): Promise<AgentRecord | undefined> {
    const found = await Promise.all(NAMES.map((name) => this.#read(name)))
    const copies = found.filter((copy): copy is Copy => typeof copy === 'object')
    const newest = copies.sort((a, b) => b.generation - a.generation)[0]
    if (newest !== undefined) {
      this.#newest = newest
      return newest.record
    }
    // A first write that was cut off leaves one damaged file and nothing that could have been lost.
    if (found.filter((copy) => copy === 'damaged').length < 2) return undefined
    throw new DeviceError('STATE_CORRUPT', { folder: this.#folder, files: NAMES.join(' ') })
  }

  async save(record: AgentRecord): Promise<void> {
    const json = canonicalJson(recordJson(record))
    const generation = (this.#newest?.generation ?? 0) + 1
    const head = `fleetward-record ${generation} ${json.length} ${sha256(json)}\n`
    const bytes = Buffer.concat([Buffer.from(head), json])
    if (bytes.length > FILE_BYTES) {
      throw new DeviceError('DISK_FAILED', { limitBytes: FILE_BYTES, seenBytes: bytes.length })
    }
    // Never the file that holds the newest whole record.
    const name = NAMES.find((candidate) => candidate !== this.#newest?.name) ?? NAMES[0]
    const path = join(this.#folder, name)
    await onDisk(path, async () => {
      const file = await open(
        path,
        constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW,
        0o600,
      )
      try {
        await this.#reserve(file, path)
        await writeAll(file, bytes, 0)
        await file.datasync()
      } finally {
        await file.close()
      }
    })
    this.#newest = { name, generation }
  }

  /** Takes the space of the file with real bytes: a sparse file would only promise it. */
  async #reserve(file: FileHandle, path: string): Promise<void> {
    const { size } = await file.stat()
    if (size >= FILE_BYTES) return
    await file.chmod(0o600)
    await writeAll(file, Buffer.alloc(FILE_BYTES - size), size)
    await file.sync()
    await syncDirectory(join(path, '..'))
  }

  async #read(name: Copy['name']): Promise<Copy | 'absent' | 'damaged'> {
    const path = join(this.#folder, name)
    const bytes = await onDisk(path, () => readIfThere(path))
    if (bytes === undefined) return 'absent'
    const head = HEAD.exec(bytes.subarray(0, 128).toString('latin1'))
    if (head === null) return 'damaged'
    const [line, generation, length, digest] = head
    const json = bytes.subarray(line.length, line.length + Number(length))
    if (json.length !== Number(length) || sha256(json) !== digest) return 'damaged'
    try {
      const record = parseAgentRecord(parseJson(json, FILE_BYTES))
      return { name, generation: Number(generation), record }
    } catch {
      return 'damaged'
    }
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

async function readIfThere(path: string): Promise<Buffer | undefined> {
  const size = await stat(path).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    },
  )
  if (size === undefined) return undefined
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const bytes = Buffer.alloc(Math.min(size, FILE_BYTES))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
