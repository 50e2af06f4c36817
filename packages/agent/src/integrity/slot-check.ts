/** Whether a slot of the `slot-directory` installer still holds what was verified when it was written. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSlotListing, SLOT_LISTING_NAME, sha256Hex } from '@fleetward/shared'
import type { SlotName } from '../ports.ts'
import { findSlotRecord, slotFolder } from '../slot/slot-record.ts'
import type { SlotBaseline } from './baseline.ts'
import type { SlowHash } from './hash-slowly.ts'

/** What can be checked of an installed artifact; each kind of installer has its own. */
export interface SlotCheck {
  /** What the slot says of itself; undefined when it says nothing. */
  describe(slot: SlotName): Promise<SlotBaseline | undefined>
  /** The files that are damaged. */
  damaged(slot: SlotName, baseline: SlotBaseline, hash: SlowHash): Promise<string[]>
}

export class SlotDirectoryCheck implements SlotCheck {
  readonly #slotsFolder: string

  constructor(slotsFolder: string) {
    this.#slotsFolder = slotsFolder
  }

  async describe(slot: SlotName): Promise<SlotBaseline | undefined> {
    const record = await findSlotRecord(this.#slotsFolder, slot)
    if (record === undefined) return undefined
    const { release, version, listingSha256 } = record
    return { release, version, listingSha256 }
  }

  async damaged(slot: SlotName, baseline: SlotBaseline, hash: SlowHash): Promise<string[]> {
    const folder = slotFolder(this.#slotsFolder, slot)
    const bytes = await readFile(join(folder, SLOT_LISTING_NAME)).catch(() => undefined)
    if (bytes === undefined || sha256Hex(bytes) !== baseline.listingSha256) {
      return [SLOT_LISTING_NAME]
    }
    const found: string[] = []
    for (const { path, sha256 } of parseSlotListing(bytes).files) {
      if ((await hash.of(join(folder, path))) !== sha256) found.push(path)
    }
    return found
  }
}
