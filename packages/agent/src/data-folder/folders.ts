/** What lies where in the data folder of an agent. The record and the claim lie in it directly. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, onDisk, removeUnfinished } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

/** What the product keeps for its owner: nothing in it is the agent's to tidy. */
const OWNERS = 'product'

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

/** Those that nobody else makes, without what power cuts left in them. */
export async function makeFolders(dataFolder: string): Promise<DataFolders> {
  const folders = foldersIn(dataFolder)
  for (const folder of [dataFolder, folders.tuf, folders.trust, folders.slots]) {
    await makeDirectory(folder)
  }
  await tidy(dataFolder)
  return folders
}

/** Years of power cuts would fill a small disk; one more start with what is left does not. */
export async function tidy(dataFolder: string): Promise<void> {
  try {
    const entries = await onDisk(dataFolder, () => readdir(dataFolder, { withFileTypes: true }))
    const ours = entries.filter((entry) => entry.isDirectory() && entry.name !== OWNERS)
    for (const folder of ['.', ...ours.map(({ name }) => name)]) {
      await removeUnfinished(join(dataFolder, folder))
    }
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
  }
}
