/** A CSAF provider as a folder that is to be served: what `fleetward advisories export` wrote. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { PROVIDER_PATH, type ProviderSource, UnreadableFile } from '@fleetward/vulnerability'

/** What a static site can serve without surprises; nothing that leads out of the folder. */
const SAFE_PATH = /^(\/[A-Za-z0-9._@+-]*[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*)+$/

export function folderSource(folder: string): ProviderSource {
  const read = async (path: string, maxBytes: number): Promise<Uint8Array | undefined> => {
    if (!SAFE_PATH.test(path)) throw new UnreadableFile('has a path that no folder may have')
    return readBytes(join(folder, path), maxBytes)
  }
  return {
    address: undefined,
    metadata: (maxBytes) => read(PROVIDER_PATH, maxBytes),
    read: ({ pathname }, maxBytes) => read(pathname, maxBytes),
  }
}

async function readBytes(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  // A pipe would never end to open.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW
  const file = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
    throw new UnreadableFile(`cannot be read: ${cause.code}`, { cause })
  })
  if (file === undefined) return undefined
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new UnreadableFile('is no file')
    if (found.size > maxBytes) throw new UnreadableFile(`has more than ${maxBytes} bytes`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}
