/**
 * The place of one slot's image: a block device or a file of its own. Opened once and never through a
 * link, so what was looked at is what is written; a device that something has mounted is not opened.
 */
import { constants } from 'node:fs'
import { type FileHandle, open, readFile, realpath, stat } from 'node:fs/promises'
import { diskError } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

export interface SlotPlace {
  /** Absolute. */
  readonly path: string
  readonly type: 'file' | 'block-device'
}

/** Links that udev keeps for names that do not change. They lead to a device node or nowhere. */
const DEVICE_LINKS = '/dev/disk/'
const SECTOR_BYTES = 512

export class SlotImage {
  readonly file: FileHandle
  readonly path: string
  readonly isDevice: boolean
  /** Of a device, its size; a file is as long as its image. */
  readonly capacityBytes: number

  private constructor(file: FileHandle, { path, type }: SlotPlace, capacityBytes: number) {
    this.file = file
    this.path = path
    this.isDevice = type === 'block-device'
    this.capacityBytes = capacityBytes
  }

  /** For writing, `other` being the other slot: two names of one device would be one slot. */
  static async openToWrite(place: SlotPlace, other: SlotPlace): Promise<SlotImage> {
    // A file that is not there is made; a device that is not there must not become a file in /dev.
    // O_EXCL without O_CREAT: EBUSY for a device that is mounted, open(2).
    const more = place.type === 'file' ? constants.O_CREAT : constants.O_EXCL
    return SlotImage.#open(place, constants.O_RDWR | more, await identityOf(other))
  }

  static openToRead(place: SlotPlace): Promise<SlotImage> {
    return SlotImage.#open(place, constants.O_RDONLY, undefined)
  }

  static async #open(place: SlotPlace, flags: number, other: string | undefined) {
    const path = await ownPath(place)
    const file = await open(path, flags | constants.O_NOFOLLOW, 0o600).catch((cause) => {
      throw refusal(cause, path)
    })
    try {
      const stats = await file.stat({ bigint: true })
      const isRight =
        place.type === 'file' ? stats.isFile() && stats.nlink === 1n : stats.isBlockDevice()
      if (!isRight) throw unusable(path, `not a ${place.type}`)
      if (identity(stats) === other) throw unusable(path, 'both slots are the same')
      const capacityBytes =
        place.type === 'file' ? Number.MAX_SAFE_INTEGER : await deviceLength(stats.rdev)
      return new SlotImage(file, { ...place, path }, capacityBytes)
    } catch (error) {
      await file.close()
      throw error
    }
  }
}

async function ownPath({ path, type }: SlotPlace): Promise<string> {
  if (type !== 'block-device' || !path.startsWith(DEVICE_LINKS)) return path
  return realpath(path).catch((cause) => {
    throw refusal(cause, path)
  })
}

async function identityOf(place: SlotPlace): Promise<string | undefined> {
  const stats = await stat(place.path, { bigint: true }).catch(() => undefined)
  return stats === undefined ? undefined : identity(stats)
}

/** Of a device node its device, wherever the node lies; of a file its inode. */
function identity(stats: {
  isBlockDevice(): boolean
  rdev: bigint
  dev: bigint
  ino: bigint
}): string {
  return stats.isBlockDevice() ? `device ${stats.rdev}` : `file ${stats.dev}:${stats.ino}`
}

/** stat(2) gives 0 for a device; the kernel says it in sectors of 512 bytes, whatever the device's own are. */
async function deviceLength(rdev: bigint): Promise<number> {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn)
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & ~0xffn)
  const path = `/sys/dev/block/${major}:${minor}/size`
  const sectors = Number(await readFile(path, 'latin1').catch(() => 'unknown'))
  if (!Number.isSafeInteger(sectors)) throw unusable(path, 'the length of the device is not known')
  return sectors * SECTOR_BYTES
}

function refusal(cause: unknown, path: string): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskError(cause, path)
  const reasons: Record<string, string> = {
    EBUSY: 'mounted or in use',
    ELOOP: 'a link',
    ENOENT: 'not there',
  }
  return unusable(path, reasons[code ?? ''] ?? code ?? 'unknown')
}

function unusable(path: string, reason: string): DeviceError {
  return new DeviceError('SLOT_WRITE_FAILED', { path, reason })
}
