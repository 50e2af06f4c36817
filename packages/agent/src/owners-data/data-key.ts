/**
 * The key under which a product keeps its owner's data (`file-key`): chance, in a file of the device's
 * own. The product reads its place from FLEETWARD_DATA_KEY_FILE. Without it the data is noise, so
 * destroying these 32 bytes erases all of it at once, if the product wrote nothing unencrypted.
 */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  makeDirectory,
  onDisk,
  removeDurably,
  removeUnfinished,
  syncDirectory,
  writeFileDurably,
} from '@fleetward/platform'

export const DATA_KEY_BYTES = 32

export function dataKeyPath(dataFolder: string): string {
  return join(dataFolder, 'data-key', 'key')
}

/** The key that is there, or a new one. */
export async function ensureDataKey(dataFolder: string): Promise<string> {
  const path = dataKeyPath(dataFolder)
  const found = await stat(path).catch(() => undefined)
  if (found?.size === DATA_KEY_BYTES) {
    // Its last write may have failed at the very end: what the owner keeps under it must find it again.
    await syncDirectory(join(dataFolder, 'data-key'))
    return path
  }
  // A half-written key opens nothing; one is never half-written by us.
  await makeDirectory(join(dataFolder, 'data-key'))
  await writeFileDurably(path, randomBytes(DATA_KEY_BYTES), { mode: 0o600 })
  return path
}

/** Overwritten in its place before the name goes: a deleted file alone could be read back. */
export async function destroyDataKey(dataFolder: string): Promise<void> {
  const path = dataKeyPath(dataFolder)
  await onDisk(path, async () => {
    try {
      const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW)
      try {
        await file.write(randomBytes(DATA_KEY_BYTES), 0, DATA_KEY_BYTES, 0)
        await file.sync()
      } finally {
        await file.close()
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  })
  const folder = join(dataFolder, 'data-key')
  await makeDirectory(folder)
  // A power cut may have left the key under another name as well.
  await removeUnfinished(folder)
  await removeDurably(path)
}
