/**
 * The directory an update module works in ("File API" of the update modules v3 protocol), made from a slot whose
 * every file was listed, hashed and read back: `header/*` and `files/*` of the artifact are the module's.
 */
import { constants } from 'node:fs'
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onDisk, writeFileDurably } from '@fleetward/platform'
import { DeviceError, parseJson, parseSlotListing, SLOT_LISTING_NAME } from '@fleetward/shared'
import type { SlotName } from '../../ports.ts'
import { slotFolder } from '../../slot/slot-record.ts'

const HEADER_FILE_MAX_BYTES = 1024 * 1024
/** It becomes a path below the modules' folder. */
const MODULE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

export interface ModuleTree {
  /** Absolute. */
  readonly folder: string
  /** Names below `files/`, in the artifact's order. */
  readonly payloads: readonly string[]
}

export interface ModuleFacts {
  /** What is installed now, as the module shall know it. */
  readonly artifactName: string
  readonly deviceType: string
}

/** The module's name: the artifact's payload type (`header/type-info`). */
export async function moduleNameIn(slotFolder: string): Promise<string> {
  const bytes = await readFile(join(slotFolder, 'header', 'type-info')).catch(() => undefined)
  const type = bytes === undefined ? undefined : typeIn(bytes)
  if (typeof type === 'string' && MODULE_NAME.test(type)) return type
  throw new DeviceError('MODULE_FAILED', { reason: 'header/type-info names no module' })
}

function typeIn(bytes: Uint8Array): unknown {
  try {
    return (parseJson(bytes, HEADER_FILE_MAX_BYTES) as { type?: unknown } | null)?.type
  } catch {
    return undefined
  }
}

/** Made anew: what an interrupted module left in it is not to be built on. */
export async function makeModuleTree(
  folder: string,
  slotFolder: string,
  listed: readonly string[],
  { artifactName, deviceType }: ModuleFacts,
): Promise<ModuleTree> {
  const payloads = listed.filter(isPayload).map((path) => path.slice('files/'.length))
  await onDisk(folder, async () => {
    await rm(folder, { recursive: true, force: true })
    for (const name of ['', 'header', 'tmp']) await mkdir(join(folder, name), { mode: 0o700 })
    for (const path of listed.filter((path) => /^header\/[^/]+$/.test(path))) {
      await copyFile(join(slotFolder, path), join(folder, path))
    }
  })
  for (const [name, words] of [
    ['version', '3'],
    ['current_artifact_name', artifactName],
    ['current_artifact_group', ''],
    ['current_device_type', deviceType],
  ] as const) {
    await writeFileDurably(join(folder, name), `${words}\n`)
  }
  return { folder, payloads }
}

/** What a module did not take as streams, it finds as files. */
export async function addFilesTree({ folder, payloads }: ModuleTree, slotFolder: string) {
  await onDisk(folder, async () => {
    await mkdir(join(folder, 'files'), { mode: 0o700 })
    for (const name of payloads) {
      const from = join(slotFolder, 'files', name)
      const to = join(folder, 'files', name)
      await copyFile(from, to, constants.COPYFILE_FICLONE)
    }
  })
}

/** Paths of a slot's files as its listing names them; the installer has verified it. */
export async function listedFilesOf(slotsFolder: string, slot: SlotName): Promise<string[]> {
  const path = join(slotFolder(slotsFolder, slot), SLOT_LISTING_NAME)
  const listing = parseSlotListing(await onDisk(path, () => readFile(path)))
  return listing.files.map((file) => file.path)
}

/** The protocol knows no folders below `files/`. */
function isPayload(path: string): boolean {
  return /^files\/[^/]+$/.test(path)
}
