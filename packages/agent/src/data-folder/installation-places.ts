/**
 * Where an installation keeps its things: with two processes (settings `privileges`), slots and what is
 * written beside them belong to the privileged one, downloads to the one with the network.
 */
import { join } from 'node:path'
import type { Settings } from '../settings.ts'
import { foldersIn } from './folders.ts'

export interface InstallationPlaces {
  /** Records of running processes, and the product's output. */
  readonly folder: string
  readonly slots: string
  /** Where the transfer leaves the artifact. */
  readonly download: string
  /** Artifacts that are handed on to another program. */
  readonly handedOn: string
  /** Whether product and network process are other users than who writes the slots. */
  readonly isReadable: boolean
}

export function installationPlaces({ dataFolder, privileges }: Settings): InstallationPlaces {
  const folder = privileges?.dataFolder ?? dataFolder
  const { download } = foldersIn(dataFolder)
  return {
    folder,
    slots: foldersIn(folder).slots,
    download,
    handedOn: privileges === undefined ? download : join(folder, 'taken-over'),
    isReadable: privileges !== undefined,
  }
}
