/** The `slot-directory` installer: A and B are folders, and a release is unpacked into one of them. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  DeviceError,
  isFormatOf,
  parseSlotListing,
  requireListingOf,
  SLOT_LISTING_NAME,
  TrustError,
  type VerifiedRelease,
} from '@fleetward/shared'
import type { Installer, SlotContents, SlotName } from '../ports.ts'
import { artifactPath } from '../transfer/partial-artifact.ts'
import { fillSlot } from './fill-slot.ts'
import { looksComplete } from './read-back.ts'
import { findSlotRecord, slotFolder } from './slot-record.ts'

export interface SlotDirectoryInstallerOptions {
  readonly slotsFolder: string
  /** Where the transfer left the artifact. */
  readonly downloadFolder: string
  /** Whose artifacts have the same form; its own when left out. */
  readonly kind?: 'slot-directory' | 'update-module'
  /** Also for other users: where the product and the network process are not the installer. */
  readonly isReadable?: boolean
  /** Asked before every write: the slot that runs is never touched. */
  readonly bootedSlot?: () => Promise<SlotName>
  /** Nor is the one that a trial falls back to. */
  readonly isPermanent?: (slot: SlotName) => Promise<boolean>
}

export class SlotDirectoryInstaller implements Installer {
  readonly #options: SlotDirectoryInstallerOptions

  constructor(options: SlotDirectoryInstallerOptions) {
    this.#options = options
  }

  async write(
    release: VerifiedRelease,
    slot: SlotName,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    const { installer, format } = release
    const { slotsFolder, downloadFolder, bootedSlot, kind = 'slot-directory' } = this.#options
    const { isReadable = false, isPermanent } = this.#options
    if (installer !== kind || !isFormatOf(kind, format)) {
      throw new TrustError('RELEASE_FORMAT_UNSUPPORTED', { installer, format })
    }
    if ((await bootedSlot?.()) === slot) {
      throw new DeviceError('SLOT_WRITE_FAILED', { slot, reason: 'the slot is booted' })
    }
    if (await isPermanent?.(slot)) {
      throw new DeviceError('SLOT_WRITE_FAILED', { slot, reason: 'the slot is the permanent one' })
    }
    await fillSlot({
      ...{ slotsFolder, slot, isReadable },
      artifact: {
        path: artifactPath(downloadFolder, release.sha256),
        format,
        length: release.length,
        sha256: release.sha256,
      },
      record: {
        release: release.path,
        version: release.version,
        securityCounter: release.securityCounter,
      },
      requireListing: (listing) => requireListingOf(listing, release),
      signal,
    })
  }

  async contents(slot: SlotName): Promise<SlotContents | undefined> {
    const { slotsFolder } = this.#options
    const record = await findSlotRecord(slotsFolder, slot)
    if (record === undefined) return undefined
    const folder = resolve(slotFolder(slotsFolder, slot))
    try {
      const bytes = await readFile(join(folder, SLOT_LISTING_NAME))
      if (createHash('sha256').update(bytes).digest('hex') !== record.listingSha256)
        return undefined
      const listing = parseSlotListing(bytes)
      if (!(await looksComplete(folder, { listing }))) return undefined
      const { version, securityCounter } = record
      const { start, selfTest } = listing
      return { version, securityCounter, folder, start, selfTest }
    } catch {
      return undefined // Unreadable is damaged: the port says so.
    }
  }
}
