/** What is installed, and whether there is room for what comes next. */
import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { installationPlaces } from '../data-folder/installation-places.ts'
import { assembleInstallation, type Installation } from '../installers/installers.ts'
import type { Settings } from '../settings.ts'
import { slotFolder } from '../slot/slot-record.ts'
import { type Check, ok, warning, wrong } from './check.ts'
import { entriesOf } from './protection.ts'

/** Below this an update of any size waits for room. */
const FREE_MIN_BYTES = 16 * 1024 * 1024
const MIB = 1024 * 1024

export const installationChecks: readonly Check[] = [
  {
    id: 'slot-bootable',
    what: 'The slot that boots is complete and as it was verified.',
    why: 'Otherwise the next start of the device starts nothing.',
    look: async ({ settings }) => {
      const { installer, bootloader } = readOnly(settings)
      const slot = await bootloader.bootedSlot()
      const contents = await installer.contents(slot)
      if (contents !== undefined) return ok(`slot ${slot}, version ${contents.version}`)
      return wrong(
        `slot ${slot} is empty or damaged`,
        'fill slot A with fleetward-agent factory-install, or wait for an update',
      )
    },
  },
  {
    id: 'room-for-updates',
    what: 'There is room for an update as large as what runs: its download, and another slot.',
    why: 'Without it updates wait.',
    look: async ({ settings }) => {
      const places = [settings.dataFolder, installationPlaces(settings).folder]
      const free = Math.min(...(await Promise.all(places.map(freeBytes))))
      const seen = `${mib(free)} MiB free`
      if (free < FREE_MIN_BYTES) return wrong(seen, 'make room on that disk')
      // A download is at most as large as what comes out of it.
      const needed = 2 * (await installedBytes(settings))
      if (free >= needed) return ok(seen)
      return warning(`${seen}, at most ${mib(needed)} are needed`, 'make room on that disk')
    },
  },
]

function readOnly(settings: Settings): Installation {
  return assembleInstallation({
    settings,
    log: { write: () => {} },
    environment: {},
    signal: new AbortController().signal,
  })
}

/** Of the slot that boots; 0 where slots are partitions, which have their room already. */
async function installedBytes(settings: Settings): Promise<number> {
  const { kind } = settings.installer
  if (kind !== 'slot-directory' && kind !== 'update-module') return 0
  const slot = await readOnly(settings).bootloader.bootedSlot()
  let bytes = 0
  const folder = slotFolder(installationPlaces(settings).slots, slot)
  for await (const { stats } of entriesOf(folder)) if (stats.isFile()) bytes += stats.size
  return bytes
}

/** A folder that is not there yet comes to lie on the disk of the one above. */
async function freeBytes(folder: string): Promise<number> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  if (!isThere && folder !== dirname(folder)) return freeBytes(dirname(folder))
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

const mib = (bytes: number) => Math.floor(bytes / MIB)
