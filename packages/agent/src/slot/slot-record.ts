/**
 * What says that a slot may be booted: `slots/A.json` beside the folder `slots/A`. It is removed before
 * the first byte of the slot changes and written after the last one is safe, so its presence is the
 * mark of a complete, verified slot.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fields, isVersion, parseJson } from '@fleetward/shared'
import type { SlotName } from '../ports.ts'

const RECORD_MAX_BYTES = 4096

export interface SlotRecord {
  /** The release's path, or `factory`. */
  readonly release: string
  readonly version: string
  readonly securityCounter: number
  /** Of the artifact. */
  readonly sha256: string
  /** SHA-256 of the listing as it lies in the slot. */
  readonly listingSha256: string
}

export const slotFolder = (slotsFolder: string, slot: SlotName) => join(slotsFolder, slot)
export const slotRecordPath = (slotsFolder: string, slot: SlotName) =>
  join(slotsFolder, `${slot}.json`)

export function encodeSlotRecord(record: SlotRecord): string {
  const { release, version, securityCounter, sha256, listingSha256 } = record
  return `${JSON.stringify({ release, version, securityCounter, sha256, listingSha256 })}\n`
}

/** undefined when there is none, or none that can be understood: then the slot is not bootable. */
export async function findSlotRecord(
  slotsFolder: string,
  slot: SlotName,
): Promise<SlotRecord | undefined> {
  try {
    return parseSlotRecord(await readFile(slotRecordPath(slotsFolder, slot)))
  } catch {
    return undefined
  }
}

function parseSlotRecord(bytes: Uint8Array): SlotRecord {
  const fields = new Fields(parseJson(bytes, RECORD_MAX_BYTES), 'ARTIFACT_INVALID')
  const record = {
    release: fields.text('release', 512),
    version: fields.matching('version', isVersion, 'a version'),
    securityCounter: fields.integer('securityCounter', 1),
    sha256: fields.sha256('sha256'),
    listingSha256: fields.sha256('listingSha256'),
  }
  fields.refuseOthers()
  return record
}
