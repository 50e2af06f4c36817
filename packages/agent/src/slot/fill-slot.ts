/**
 * The order of writes that keeps a device bootable (protocol §4.4, threat model: A/B switch before data):
 * the slot stops being bootable, is emptied, written, synced, read back, and only then becomes
 * bootable again. A power loss anywhere in between leaves a slot that nothing boots.
 */
import { chmod, mkdir, rm, statfs } from 'node:fs/promises'
import {
  makeDirectory,
  onDisk,
  removeDurably,
  syncDirectory,
  writeFileDurably,
} from '@fleetward/platform'
import { DeviceError, installedSizeOf, type SlotListing } from '@fleetward/shared'
import type { SlotName } from '../ports.ts'
import { type ArtifactFile, streamArtifact } from './artifact-stream.ts'
import { syncAndReadBack } from './read-back.ts'
import { encodeSlotRecord, type SlotRecord, slotFolder, slotRecordPath } from './slot-record.ts'
import { SlotWriter } from './slot-writer.ts'

export interface SlotFilling {
  readonly slotsFolder: string
  readonly slot: SlotName
  /** For every user of the machine, instead of the installer alone. */
  readonly isReadable?: boolean
  readonly artifact: ArtifactFile
  readonly record: Pick<SlotRecord, 'release' | 'version' | 'securityCounter'>
  /** Throws when the listing is not the one of this release. */
  requireListing(listing: SlotListing): void
  readonly signal?: AbortSignal
}

export async function fillSlot(filling: SlotFilling): Promise<void> {
  const { slotsFolder, slot, signal, isReadable = false } = filling
  const folderMode = isReadable ? 0o755 : 0o700
  const folder = slotFolder(slotsFolder, slot)

  await makeDirectory(slotsFolder, folderMode)
  await removeDurably(slotRecordPath(slotsFolder, slot))
  await onDisk(folder, async () => {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, folderMode)
    // mkdir(2) leaves out what the umask forbids.
    await chmod(folder, folderMode)
  })
  await syncDirectory(slotsFolder)

  const writer = new SlotWriter(folder, async (listing) => {
    filling.requireListing(listing)
    await requireSpace(folder, installedSizeOf(listing))
  })
  const sha256 = await streamArtifact(filling.artifact, (blocks) => writer.write(blocks), signal)
  const written = writer.finish()
  await syncAndReadBack(folder, written, signal)

  const record = { ...filling.record, sha256, listingSha256: written.listingSha256 }
  await writeFileDurably(slotRecordPath(slotsFolder, slot), encodeSlotRecord(record), {
    mode: isReadable ? 0o644 : 0o600,
  })
}

async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await onDisk(folder, () => statfs(folder))
  const availableBytes = bavail * bsize
  if (availableBytes < neededBytes) {
    throw new DeviceError('DISK_FULL', { neededBytes, availableBytes })
  }
}
