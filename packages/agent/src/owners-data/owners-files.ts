/**
 * Reads the owner's files for an export. The product runs meanwhile and may put a link anywhere at any
 * time, so every step goes from an open folder to a name in it and never follows a link: nothing
 * outside of the folder can get into an export.
 */
import { constants } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { isOwnersPath } from './archive-manifest.ts'

export interface OwnersFile {
  /** Below the owner's folder. */
  readonly path: string
  readonly handle: FileHandle
  readonly length: number
}

/** Yields open files; each is closed when the next is asked for. Links, devices and odd names are left out. */
export async function* ownersFiles(
  folder: string,
  roots: readonly string[],
  onSkipped: (path: string) => void,
): AsyncGenerator<OwnersFile> {
  const top = await openFolder(folder)
  if (top === undefined) return
  try {
    for (const root of roots) yield* at(top, root.split('/'), '', onSkipped)
  } finally {
    await top.close()
  }
}

async function* at(
  folder: FileHandle,
  [name = '', ...rest]: readonly string[],
  parent: string,
  onSkipped: (path: string) => void,
): AsyncGenerator<OwnersFile> {
  const path = parent === '' ? name : `${parent}/${name}`
  if (!isOwnersPath(path)) return onSkipped(path)
  const place = below(folder, name)
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(place, flags).catch(() => undefined)
  // Not there is fine: a root need not exist. A link is not followed.
  if (handle === undefined) return onSkipped(path)
  try {
    const found = await handle.stat()
    if (found.isDirectory()) {
      const names = rest.length > 0 ? [rest] : (await readdir(self(handle))).sort().map((n) => [n])
      for (const words of names) yield* at(handle, words, path, onSkipped)
    } else if (found.isFile() && rest.length === 0) {
      yield { path, handle, length: found.size }
    } else onSkipped(path)
  } finally {
    await handle.close()
  }
}

function openFolder(folder: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
  return open(folder, flags).catch(() => undefined)
}

/** As openat(2): the name is looked up in the open folder, whatever its path leads to by now. */
function below(folder: FileHandle, name: string): string {
  return `${self(folder)}/${name}`
}

function self({ fd }: FileHandle): string {
  return `/proc/self/fd/${fd}`
}
