/** A file or folder of the server's as a source: only below the folders that the settings name, links followed first. */
import { realpath } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'
import { HttpError } from '../../http/problem.ts'

/** The real path. */
export async function placeOnServer(place: string, folders: readonly string[]): Promise<string> {
  const path = await realpath(place).catch(() => undefined)
  for (const folder of path === undefined ? [] : folders) {
    const root = await realpath(folder).catch(() => undefined)
    if (root !== undefined && path !== undefined && isBelow(path, root)) return path
  }
  // Whether it is there is said to nobody who may not look.
  const message = `${place} is not below a folder that feeds.folders in the server's settings names`
  throw new HttpError(422, 'PLACE_FORBIDDEN', message)
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}
