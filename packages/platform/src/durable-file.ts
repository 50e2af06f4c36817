/**
 * Files that survive a power loss: written beside, synced, renamed, and the folder synced, so a reader
 * finds the old contents or the new, never a part. After sunlight's internal/durable.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DeviceError } from '@fleetward/shared'

/** What a file holds that others on the machine need not read. */
const PRIVATE_MODE = 0o600
const PRIVATE_FOLDER_MODE = 0o700
/** The file beside the one that is written. */
const UNFINISHED = /^\..+\.[0-9a-f]{12}\.new$/

/** Resolves once a power loss can no longer undo the write; rejects DISK_FULL or DISK_FAILED. */
export async function writeFileDurably(
  path: string,
  contents: Uint8Array | string,
  { mode = PRIVATE_MODE }: { mode?: number } = {},
): Promise<void> {
  // Chance in the name, so that two writers of one file never write into one another's half.
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.new`)
  await onDisk(path, async () => {
    try {
      // `wx`: never through a link or into a file that somebody put there before us.
      const file = await open(beside, 'wx', mode)
      try {
        // The mode of open(2) is cut by the umask; the one we were asked for is meant exactly.
        await file.chmod(mode)
        await file.writeFile(contents)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(beside, path)
    } catch (error) {
      await rm(beside, { force: true })
      throw error
    }
    await syncDirectory(dirname(path))
  })
}

/**
 * Removes what power cuts left of writes to files in this folder: each leaves its file beside, under a name
 * that no later write takes again. For the folder's only writer, before it begins.
 */
export async function removeUnfinished(folder: string): Promise<void> {
  await onDisk(folder, async () => {
    for (const name of await readdir(folder)) {
      if (UNFINISHED.test(name)) await rm(join(folder, name), { force: true })
    }
  })
}

/** Nothing there is no error. */
export async function removeDurably(path: string): Promise<void> {
  await onDisk(path, async () => {
    await rm(path, { force: true, recursive: true })
    await syncDirectory(dirname(path))
  })
}

/** A rename or an unlink is durable only once its directory is synced too: fsync(2). */
export async function syncDirectory(path: string): Promise<void> {
  await onDisk(path, async () => {
    const directory = await open(path, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  })
}

/** Makes the folder and those above it; an existing one gets this mode as well. */
export async function makeDirectory(
  path: string,
  mode: number = PRIVATE_FOLDER_MODE,
): Promise<void> {
  await onDisk(path, async () => {
    const first = await mkdir(path, { recursive: true, mode })
    await chmod(path, mode)
    if (first !== undefined) await syncDirectory(dirname(first))
  })
}

/** DISK_FULL when there is no room (ENOSPC, EDQUOT), DISK_FAILED for whatever else a disk says. */
export async function onDisk<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw diskError(error, path)
  }
}

export function diskError(error: unknown, path: string): unknown {
  const errno = (error as NodeJS.ErrnoException | undefined)?.code
  if (typeof errno !== 'string' || !/^E[A-Z0-9]+$/.test(errno)) return error
  const isFull = errno === 'ENOSPC' || errno === 'EDQUOT'
  return new DeviceError(isFull ? 'DISK_FULL' : 'DISK_FAILED', { path, errno }, { cause: error })
}
