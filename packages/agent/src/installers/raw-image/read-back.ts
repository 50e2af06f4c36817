/**
 * Reads a whole slot again after it was written and before it may boot, past the page cache where the
 * file system lets us (O_DIRECT), so that what is hashed came from the storage and not from memory.
 * What the storage itself keeps in a cache of its own is beyond anybody's reach.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { onDisk } from '@fleetward/platform'
import { TrustError } from '@fleetward/shared'
import { BLOCK_BYTES, readBlock } from './image-blocks.ts'
import type { SlotImage } from './slot-image.ts'
import { isZero } from './write-image.ts'

/** Wanted of buffers, positions and lengths: the largest logical block of common storage. */
const ALIGNMENT_BYTES = 4096
/** Memory that malloc(3) hands out begins at a multiple of this. */
const ALLOCATION_STEP_BYTES = 16

export interface ReadBack {
  readonly sha256: string
  /** Whether the page cache was passed by. */
  readonly isDirect: boolean
}

/** `length` bytes of image; after them a device holds nothing but zeros. */
export async function readBack(
  slot: SlotImage,
  length: number,
  signal?: AbortSignal,
): Promise<ReadBack> {
  const reader = await DirectReader.open(slot)
  try {
    const whole = createHash('sha256')
    const end = slot.isDevice ? slot.capacityBytes : length
    let position = 0
    let ahead = reader.read(0)
    while (position < end) {
      signal?.throwIfAborted()
      const block = await ahead
      if (block.length === 0) break
      const next = position + block.length
      if (next < end) {
        ahead = reader.read(next)
        ahead.catch(() => {
          // Awaited in the next turn, if there is one.
        })
      }
      const ofImage = Math.max(0, Math.min(block.length, length - position))
      whole.update(block.subarray(0, ofImage))
      if (!isZero(block.subarray(ofImage))) {
        throw new TrustError('ARTIFACT_INVALID', { reason: 'data after the image', position })
      }
      position = next
    }
    if (position < length || (!slot.isDevice && position > length)) {
      throw new TrustError('LENGTH_MISMATCH', { what: 'slot', expected: length, seen: position })
    }
    return { sha256: whole.digest('hex'), isDirect: reader.isDirect }
  } finally {
    await reader.close()
  }
}

/** Two buffers in turn: one is hashed while the other is read into. */
class DirectReader {
  readonly #slot: SlotImage
  readonly #buffers: readonly Buffer[]
  #direct: FileHandle | undefined
  #turn = 0

  private constructor(slot: SlotImage, direct: FileHandle | undefined, buffers: readonly Buffer[]) {
    this.#slot = slot
    this.#direct = direct
    this.#buffers = buffers
  }

  static async open(slot: SlotImage): Promise<DirectReader> {
    const buffers = [0, 1].map(() => Buffer.allocUnsafeSlow(BLOCK_BYTES + ALIGNMENT_BYTES))
    const direct = await openDirect(slot)
    try {
      const aligned = []
      for (const buffer of buffers) aligned.push(await alignedPart(direct, buffer))
      return new DirectReader(slot, direct, aligned)
    } catch {
      await direct?.close()
      return new DirectReader(slot, undefined, buffers.map(blockOf))
    }
  }

  get isDirect(): boolean {
    return this.#direct !== undefined
  }

  /** Up to a block from `position` on, which is a multiple of a block. */
  async read(position: number): Promise<Buffer> {
    const buffer = this.#buffers[this.#turn++ % this.#buffers.length] as Buffer
    const file = this.#direct ?? this.#slot.file
    const length = await onDisk(this.#slot.path, () => readBlock(file, buffer, position))
    return buffer.subarray(0, length)
  }

  async close(): Promise<void> {
    await this.#direct?.close()
  }
}

/** The same inode anew, whatever its path leads to by now: proc(5), /proc/pid/fd. */
async function openDirect({ file }: SlotImage): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | (constants.O_DIRECT ?? 0)
  return open(`/proc/self/fd/${file.fd}`, flags).catch(() => undefined)
}

/** JavaScript cannot ask where a buffer lies: the kernel takes the aligned part and refuses the others. */
async function alignedPart(file: FileHandle | undefined, buffer: Buffer): Promise<Buffer> {
  if (file === undefined) throw new Error('no direct reads here')
  for (let step = 0; step < ALIGNMENT_BYTES; step += ALLOCATION_STEP_BYTES) {
    // Large pieces begin 16 bytes into a page, so the last step is tried first.
    const start = (ALIGNMENT_BYTES - ALLOCATION_STEP_BYTES + step) % ALIGNMENT_BYTES
    const part = buffer.subarray(start, start + BLOCK_BYTES)
    try {
      await file.read(part, 0, ALIGNMENT_BYTES, 0)
      return part
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
    }
  }
  throw new Error('no part of the buffer is aligned')
}

const blockOf = (buffer: Buffer) => buffer.subarray(0, BLOCK_BYTES)
