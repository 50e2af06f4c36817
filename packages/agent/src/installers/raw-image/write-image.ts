/**
 * Writes an image into a slot, hashing the very bytes that it writes, and leaves nothing of what was
 * there before. A block of zeros is skipped only where zeros are known to be: in the hole that an
 * emptied file is, and on a device where the block was just read as zeros (which spares its flash).
 */
import { createHash } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { diskError, onDisk } from '@fleetward/platform'
import { DeviceError, TrustError } from '@fleetward/shared'
import { BLOCK_BYTES, type ImageBlocks, PARALLEL_WRITES, readBlock } from './image-blocks.ts'
import type { SlotImage } from './slot-image.ts'

/** Written pages are sent to the disk on the way: the last fsync then has little left to wait for. */
const SYNC_EVERY_BYTES = 8 * BLOCK_BYTES
const ZEROS = Buffer.alloc(BLOCK_BYTES)

export const isZero = (block: Buffer) => block.equals(ZEROS.subarray(0, block.length))

/** Makes room for exactly `length` bytes. Whatever was in a file is gone, and reads as zeros. */
export async function prepare({ file, path, isDevice, capacityBytes }: SlotImage, length: number) {
  if (length > capacityBytes) {
    throw new DeviceError('DISK_FULL', { path, neededBytes: length, availableBytes: capacityBytes })
  }
  if (isDevice) return
  await onDisk(path, async () => {
    await file.truncate(0)
    const { bavail, bsize } = await statfs(path)
    const availableBytes = bavail * bsize
    if (availableBytes < length) {
      throw new DeviceError('DISK_FULL', { path, neededBytes: length, availableBytes })
    }
    await file.truncate(length)
  })
}

/** Returns the SHA-256 of the image, which is exactly `length` bytes and durable then. */
export async function writeImage(
  slot: SlotImage,
  blocks: ImageBlocks,
  { length, signal }: { readonly length: number; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const writes = new Writes(slot)
  const whole = createHash('sha256')
  let position = 0
  try {
    for await (const block of blocks) {
      signal?.throwIfAborted()
      // Before a byte beyond the signed length is written: a bomb ends here.
      if (position + block.length > length) {
        throw new TrustError('LENGTH_EXCEEDED', { what: 'image', max: length })
      }
      await writes.write(block, position)
      whole.update(block)
      position += block.length
    }
    if (position !== length) {
      throw new TrustError('LENGTH_MISMATCH', { what: 'image', expected: length, seen: position })
    }
  } finally {
    await writes.settled()
  }
  await writes.finish()
  return whole.digest('hex')
}

/** A few writes at a time, and syncs behind them. */
class Writes {
  readonly #slot: SlotImage
  readonly #underWay: Promise<void>[] = []
  #unsyncedBytes = 0
  #syncing: Promise<void> | undefined
  #failure: unknown
  readonly #old: Buffer

  constructor(slot: SlotImage) {
    this.#slot = slot
    this.#old = Buffer.allocUnsafeSlow(slot.isDevice ? BLOCK_BYTES : 0)
  }

  /** Resolves when the block may be written behind; it must stay as it is until two more were given. */
  async write(block: Buffer, position: number): Promise<void> {
    if (this.#underWay.length >= PARALLEL_WRITES) await this.#underWay.shift()
    if (this.#failure !== undefined) throw this.#failure
    if (isZero(block) && (await this.#readsAsZero(block.length, position))) {
      // It takes its turn all the same: buffers are counted in blocks, not in writes.
      this.#underWay.push(Promise.resolve())
      return
    }
    this.#underWay.push(this.#writeFully(block, position).catch((error) => this.#fail(error)))
    this.#unsyncedBytes += block.length
    if (this.#unsyncedBytes < SYNC_EVERY_BYTES || this.#syncing !== undefined) return
    this.#unsyncedBytes = 0
    this.#syncing = this.#slot.file
      .datasync()
      // Linux tells of a failed write-back once per open file: it must not get lost here.
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#syncing = undefined
      })
  }

  /** Nothing is being written any more; says nothing about how it went. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
    await this.#syncing
  }

  async finish(): Promise<void> {
    await this.settled()
    if (this.#failure !== undefined) throw this.#failure
    await onDisk(this.#slot.path, () => this.#slot.file.sync())
  }

  async #readsAsZero(length: number, position: number): Promise<boolean> {
    if (!this.#slot.isDevice) return true
    const old = this.#old.subarray(0, length)
    const seen = await onDisk(this.#slot.path, () => readBlock(this.#slot.file, old, position))
    return seen === length && isZero(old)
  }

  async #writeFully(block: Buffer, position: number): Promise<void> {
    for (let written = 0; written < block.length; ) {
      const { bytesWritten } = await this.#slot.file.write(
        block,
        written,
        block.length - written,
        position + written,
      )
      written += bytesWritten
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= diskError(error, this.#slot.path)
  }
}

/** Zeros from `start` to the end of the device: nothing of an older image follows the new one. */
export async function eraseTail(slot: SlotImage, start: number, signal: AbortSignal | undefined) {
  if (!slot.isDevice) return
  const writes = new Writes(slot)
  try {
    for (let position = start; position < slot.capacityBytes; ) {
      signal?.throwIfAborted()
      // The first one up to the next boundary, so that the others are aligned.
      const toBoundary = BLOCK_BYTES - (position % BLOCK_BYTES)
      const length = Math.min(toBoundary, slot.capacityBytes - position)
      await writes.write(ZEROS.subarray(0, length), position)
      position += length
    }
  } finally {
    await writes.settled()
  }
  await writes.finish()
}
