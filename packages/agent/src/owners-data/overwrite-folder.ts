/**
 * Overwrites and removes everything in a folder. On flash and on file systems that copy on write an
 * overwritten block may live on where nobody can read it through the file system (NIST SP 800-88,
 * "Clear"); where that is not enough the data must lie under a key, which goes first.
 */
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { onDisk, syncDirectory } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

const BLOCK_BYTES = 1024 * 1024
/** What stat(2) counts blocks in. */
const SECTOR_BYTES = 512
/** A file that claims more and holds less than a part of it was made to keep an erase busy for years. */
const HOLLOW_MIN_BYTES = 16 * 1024 ** 3
const HOLLOW_PART = 16

export interface Overwritten {
  readonly files: number
  readonly bytes: number
}

/** The folder itself stays, and places where others are mounted stay as empty folders. Follows no link. */
export async function overwriteFolder(folder: string): Promise<Overwritten> {
  const done = { files: 0, bytes: 0 }
  if ((await findFolder(folder)) === undefined) return done
  await onDisk(folder, () => emptyFolder(folder, done))
  await syncDirectory(folder)
  return done
}

/** How many files are left, and folders that could have gone. */
export async function leftIn(folder: string): Promise<number> {
  const top = await findFolder(folder)
  return top === undefined ? 0 : onDisk(folder, () => countLeft(folder, top.dev))
}

async function countLeft(folder: string, device: number): Promise<number> {
  let left = 0
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const found = await lstat(path)
    const isMounted = found.isDirectory() && found.dev !== device
    left += (isMounted ? 0 : 1) + (found.isDirectory() ? await countLeft(path, found.dev) : 0)
  }
  return left
}

async function findFolder(folder: string) {
  return onDisk(folder, () => lstat(folder)).catch((error: unknown) => {
    if (error instanceof DeviceError && error.facts.errno === 'ENOENT') return undefined
    throw error
  })
}

async function emptyFolder(folder: string, done: { files: number; bytes: number }): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const found = await lstat(path)
    if (found.isDirectory()) {
      await emptyFolder(path, done)
      await rmdir(path).catch((error: NodeJS.ErrnoException) => {
        // Something is mounted there; what was in it is gone.
        if (error.code !== 'EBUSY') throw error
      })
    } else {
      if (found.isFile()) done.bytes += await overwriteFile(path)
      await unlink(path)
      done.files += 1
    }
  }
}

/** Zeros over every byte, synced, then no bytes: what is cut off before the unlink is empty. */
export async function overwriteFile(path: string): Promise<number> {
  const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW)
  try {
    const { size, blocks } = await file.stat()
    const isHollow = size > HOLLOW_MIN_BYTES && blocks * SECTOR_BYTES < size / HOLLOW_PART
    if (!isHollow) await writeZeros(file, size)
    await file.truncate(0)
    await file.sync()
    return isHollow ? 0 : size
  } catch (error) {
    // Where a file system has no room to copy on write, there is nothing to write in place either.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    await file.truncate(0)
    return 0
  } finally {
    await file.close()
  }
}

/** What is zero stays unwritten: holes of a sparse file would need room that a full disk has not. */
async function writeZeros(file: FileHandle, size: number): Promise<void> {
  const seen = Buffer.alloc(Math.min(BLOCK_BYTES, Math.max(size, 1)))
  const zeros = Buffer.alloc(seen.length)
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(seen, 0, Math.min(seen.length, size - at), at)
    if (bytesRead === 0) break
    if (!seen.subarray(0, bytesRead).equals(zeros.subarray(0, bytesRead))) {
      await file.write(zeros, 0, bytesRead, at)
    }
    at += bytesRead
  }
  await file.sync()
}
