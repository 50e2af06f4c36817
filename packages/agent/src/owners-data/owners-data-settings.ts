/** The section `ownersData` of the settings file: where the owner's data lies and how it goes for good. */
import { isAbsolute, join, relative } from 'node:path'
import { isText, type SettingsSection } from '../settings-section.ts'

/**
 * `plain`: files are overwritten and removed. `file-key`: the product encrypts with a key in a file,
 * which is destroyed first. `luks`: the data lies in a LUKS container, whose key slots are destroyed.
 */
export type EraseMethod = 'plain' | 'file-key' | 'luks'

export interface OwnersDataSettings {
  /** Absolute. */
  readonly folder: string
  readonly method: EraseMethod
  /** For `luks`: block device or image file. */
  readonly luksDevice: string | undefined
  /** Makes an empty store after `luks`: the container and its file system are the system's. */
  readonly recreateCommand: readonly string[] | undefined
  /** Files and folders below `folder` that an export takes along; nothing else leaves the device. */
  readonly exported: readonly string[]
}

const PATHS_MAX_COUNT = 64

export function parseOwnersDataSettings(
  section: SettingsSection,
  dataFolder: string,
): OwnersDataSettings {
  const method = section.oneOf('method', ['plain', 'file-key', 'luks'] as const, 'plain')
  const folder = section.has('folder')
    ? section.text('folder', isAbsolutePath, 'must be an absolute path', '/var/lib/product')
    : join(dataFolder, 'product')
  const luksDevice = section.has('luksDevice')
    ? section.text('luksDevice', isAbsolutePath, 'must be an absolute path', '/dev/mmcblk0p6')
    : undefined
  const isOwn = holds(dataFolder, folder) && folder !== join(dataFolder, 'product')
  if (isOwn || holds(folder, dataFolder)) {
    const problem = 'must lie outside of the agent’s own data: an export must not take keys along'
    section.mistake('folder', problem, '"/var/lib/product"')
  }
  if (method === 'luks' && luksDevice === undefined) {
    section.mistake('luksDevice', 'is missing; luks needs the container', '"/dev/mmcblk0p6"')
  }
  const recreateCommand = section.has('recreateCommand')
    ? section.command('recreateCommand')
    : undefined
  const exported = section.texts('export', [], '["config.json", "photos"]')
  for (const path of exported) {
    if (exported.length <= PATHS_MAX_COUNT && isPathBelow(path)) continue
    const problem = 'must be at most 64 paths below the folder, without "." and ".."'
    section.mistake('export', problem, '["config.json", "photos"]')
    break
  }
  section.refuseOthers()
  return { folder, method, luksDevice, recreateCommand, exported }
}

function holds(outer: string, inner: string): boolean {
  const way = relative(outer, inner)
  return way !== '..' && !way.startsWith('../')
}

const isAbsolutePath = (text: unknown): text is string =>
  isText(text) && isAbsolute(text) && text !== '/'

/** Of plain names: never the folder itself, never out of it. */
export function isPathBelow(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}
