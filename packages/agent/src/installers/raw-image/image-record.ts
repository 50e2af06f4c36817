/**
 * What says that a slot's image may be booted: `slots/A.json` in the data folder. Removed before the
 * first byte of the slot changes and written after all of it was read back, so its presence is the mark.
 */
import { readFile } from 'node:fs/promises'
import { removeDurably, writeFileDurably } from '@fleetward/platform'
import { Fields, isVersion, parseJson } from '@fleetward/shared'
import type { SlotName } from '../../ports.ts'
import { slotRecordPath } from '../../slot/slot-record.ts'

const RECORD_MAX_BYTES = 4096

export interface ImageRecord {
  /** The release's path, or `factory`. */
  readonly release: string
  readonly version: string
  readonly securityCounter: number
  /** Of the image as it lies in the slot. */
  readonly length: number
  readonly sha256: string
}

export async function markBootable(
  slotsFolder: string,
  slot: SlotName,
  { release, version, securityCounter, length, sha256 }: ImageRecord,
): Promise<void> {
  const json = JSON.stringify({ release, version, securityCounter, length, sha256 })
  await writeFileDurably(slotRecordPath(slotsFolder, slot), `${json}\n`)
}

export function markNotBootable(slotsFolder: string, slot: SlotName): Promise<void> {
  return removeDurably(slotRecordPath(slotsFolder, slot))
}

/** undefined when there is none, or none that can be understood: then the slot is not bootable. */
export async function findImageRecord(
  slotsFolder: string,
  slot: SlotName,
): Promise<ImageRecord | undefined> {
  try {
    const bytes = await readFile(slotRecordPath(slotsFolder, slot))
    const fields = new Fields(parseJson(bytes, RECORD_MAX_BYTES), 'ARTIFACT_INVALID')
    const record = {
      release: fields.text('release', 512),
      version: fields.matching('version', isVersion, 'a version'),
      securityCounter: fields.integer('securityCounter', 1),
      length: fields.integer('length', 1),
      sha256: fields.sha256('sha256'),
    }
    fields.refuseOthers()
    return record
  } catch {
    return undefined
  }
}
