/** What lies where in the data folder of an agent. The record and the claim lie in it directly. */
import { join } from 'node:path'
import { makeDirectory } from '@fleetward/platform'

export interface DataFolders {
  /** Trusted metadata, as received. */
  readonly tuf: string
  /** Verified files of trust/. */
  readonly trust: string
  readonly identity: string
  readonly download: string
  readonly slots: string
}

export function foldersIn(dataFolder: string): DataFolders {
  const at = (name: string) => join(dataFolder, name)
  return {
    tuf: at('tuf'),
    trust: at('trust'),
    identity: at('identity'),
    download: at('download'),
    slots: at('slots'),
  }
}

/** Those that nobody else makes. */
export async function makeFolders(dataFolder: string): Promise<DataFolders> {
  const folders = foldersIn(dataFolder)
  await makeDirectory(dataFolder)
  for (const folder of [folders.tuf, folders.trust, folders.slots]) await makeDirectory(folder)
  return folders
}
