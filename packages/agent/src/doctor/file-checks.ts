/** Whose the files are, and who may change or read them. */
import type { Stats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { foldersIn } from '../data-folder/folders.ts'
import { installationPlaces } from '../data-folder/installation-places.ts'
import { type Check, type Finding, ok, wrong } from './check.ts'

const OTHERS_MAY_WRITE = 0o022
const OTHERS_MAY_DO_ANYTHING = 0o077
/** Links are looked at, not followed; a device's folders are small beside this. */
const ENTRIES_MAX_COUNT = 100_000

export const fileChecks: readonly Check[] = [
  {
    id: 'settings-protected',
    what: 'The settings file can be changed by root or the agent alone.',
    why: 'It says which factory pack counts and what runs as the self-test.',
    look: ({ settings }) => protectedFrom([settings.file], OTHERS_MAY_WRITE, 'chmod go-w'),
  },
  {
    id: 'factory-pack-protected',
    what: 'The factory pack can be changed by root or the agent alone.',
    why: 'Whoever changes root.json decides what this device installs.',
    look: async ({ settings }) =>
      protectedFrom(await below(settings.factoryPack), OTHERS_MAY_WRITE, 'chmod -R go-w'),
  },
  {
    id: 'data-folder-private',
    what: 'Nobody but the agent’s user enters the data folder.',
    why: 'The device’s key, its state and its downloads lie there.',
    look: ({ settings }) =>
      protectedFrom([settings.dataFolder], OTHERS_MAY_DO_ANYTHING, 'chmod 0700'),
  },
  {
    id: 'device-key-private',
    what: 'Nobody but the agent’s user reads the device’s key.',
    why: 'Whoever has it is this device to the server.',
    look: async ({ settings }) =>
      protectedFrom(
        await below(foldersIn(settings.dataFolder).identity),
        OTHERS_MAY_DO_ANYTHING,
        'chmod -R go-rwx',
      ),
  },
  {
    id: 'slots-protected',
    what: 'Nobody but who writes the slots may change them.',
    why: 'What runs would no longer be what was verified.',
    look: async ({ settings }) => {
      const { slots } = installationPlaces(settings)
      const found = await protectedFrom(await below(slots), OTHERS_MAY_WRITE, 'chmod -R go-w')
      if (found.level !== 'ok' || settings.privileges === undefined) return found
      const [network, installer] = await Promise.all([lstat(settings.dataFolder), lstat(slots)])
      // Whoever runs everything as one user for a test has nothing to separate.
      if (network.uid !== installer.uid || network.uid === 0) return found
      return wrong(
        `${slots} belongs to the network process`,
        `chown -R root ${slots}, and run fleetward-agent installer as root`,
      )
    },
  },
]

/** The first of the paths that others may do what they must not. */
async function protectedFrom(
  paths: readonly string[],
  forbidden: number,
  remedy: string,
): Promise<Finding> {
  for (const path of paths) {
    const found = await lstat(path)
    if (found.isSymbolicLink() || (found.mode & forbidden) === 0) continue
    return wrong(`${path} has mode ${modeOf(found)}`, `${remedy} ${path}`)
  }
  return ok(paths.length === 1 ? (paths[0] ?? '') : `${paths.length} files and folders`)
}

/** The folder and all in it; only the folder when there is none. */
async function below(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return [folder, ...names.slice(0, ENTRIES_MAX_COUNT).map((name) => join(folder, name))]
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}
