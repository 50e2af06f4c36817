/**
 * Overwrites and removes everything in a folder. On flash and on file systems that copy on write an
 * overwritten block may live on where nobody can read it through the file system (NIST SP 800-88,
 * "Clear"); where that is not enough the data must lie under a key, which goes first.
 */
import { constants } from 'node:fs'
import { lstat, open, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { onDisk, syncDirectory } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

const BLOCK_BYTES = 1024 * 1024

export interface Overwritten {
  readonly files: number
  readonly bytes: number
}

/**
 * The folder itself stays. Never follows a link, never goes over to another file system: what is
 * mounted below is somebody else's. Nothing there is no error.
 */
export async function overwriteFolder(folder: string): Promise<Overwritten> {
  const top = await onDisk(folder, () => lstat(folder)).catch((error: unknown) => {
    if (error instanceof DeviceError && error.facts.errno === 'ENOENT') return undefined
    throw error
  })
  if (top === undefined) return { files: 0, bytes: 0 }
  const done = { files: 0, bytes: 0 }
  await onDisk(folder, () => emptyFolder(folder, top.dev, done))
  await syncDirectory(folder)
  return done
}

async function emptyFolder(
  folder: string,
  device: number,
  done: { files: number; bytes: number },
): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const found = await lstat(path)
    if (found.isDirectory()) {
      if (found.dev !== device) {
        throw new DeviceError('DISK_FAILED', { path, errno: 'EXDEV', reason: 'mounted below' })
      }
      await emptyFolder(path, device, done)
      await rmdir(path)
    } else {
      if (found.isFile()) done.bytes += await overwriteFile(path)
      await unlink(path)
      done.files += 1
    }
  }
}

/** Zeros over every byte, synced, then no bytes: what is cut off before the unlink is empty. */
export async function overwriteFile(path: string): Promise<number> {
  const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW)
  try {
    const { size } = await file.stat()
    const zeros = Buffer.alloc(Math.min(BLOCK_BYTES, Math.max(size, 1)))
    for (let at = 0; at < size; at += zeros.length) {
      await file.write(zeros, 0, Math.min(zeros.length, size - at), at)
    }
    await file.sync()
    await file.truncate(0)
    await file.sync()
    return size
  } finally {
    await file.close()
  }
}
