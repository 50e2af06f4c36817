/**
 * An artifact's file, opened to be installed. Another process may have written it, so neither a link to
 * somebody else's file nor a pipe that would keep the reader waiting for ever is one.
 */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { onDisk } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

export async function openArtifact(path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    const { code = 'unknown' } = cause
    throw new DeviceError('SLOT_WRITE_FAILED', { what: 'artifact', code }, { cause })
  })
  try {
    const found = await onDisk(path, () => file.stat())
    if (found.isFile()) return file
    throw new DeviceError('SLOT_WRITE_FAILED', { what: 'artifact', reason: 'not a file' })
  } catch (error) {
    await file.close()
    throw error
  }
}
