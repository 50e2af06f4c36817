/**
 * Where the local API listens: a Unix socket in a folder that only the agent's user and group may enter.
 * Who may enter may decide for the owner, so nobody else's socket or file is ever taken for it.
 */
import { lstat, stat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { makeDirectory, onDisk } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

const FOLDER_MODE = 0o750

export const socketIn = (dataFolder: string) => join(dataFolder, 'run', 'agent.sock')

/** Makes the folder, and removes the socket of an agent that was killed. */
export async function makeWayFor(path: string): Promise<void> {
  await makeSocketFolder(path)
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  // Somebody else's file, or a link to one, is not ours to remove (threat model: socket made by others).
  if (!found.isSocket() || found.uid !== process.getuid?.()) {
    throw new DeviceError('DISK_FAILED', { path, reason: 'in the place of the socket' })
  }
  if (await answers(path)) throw new DeviceError('DISK_FAILED', { path, reason: 'in use' })
  await onDisk(path, () => unlink(path))
}

/** One that is there keeps its mode: it may be the whole system's, as /run is. */
export async function makeSocketFolder(path: string): Promise<void> {
  const folder = dirname(path)
  if (await stat(folder).catch(() => undefined)) return
  await makeDirectory(folder, FOLDER_MODE)
}

function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(path)
  socket.once('connect', () => {
    socket.destroy()
    resolve(true)
  })
  socket.once('error', () => resolve(false))
  return promise
}
