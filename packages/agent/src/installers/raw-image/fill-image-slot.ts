/**
 * The order of writes that keeps a device bootable (threat model: A/B switch before data): the slot stops
 * being bootable, for us and for the bootloader, is written, synced, read back as a whole, and only
 * then becomes bootable again. A power loss anywhere in between leaves a slot that nothing boots.
 */
import { dirname } from 'node:path'
import { makeDirectory, syncDirectory } from '@fleetward/platform'
import { isFormatOf, TrustError } from '@fleetward/shared'
import type { Log, SlotName } from '../../ports.ts'
import { type ArtifactFile, streamArtifact } from '../../slot/artifact-stream.ts'
import { openArtifact } from '../../transfer/open-artifact.ts'
import { blocksOfFile, blocksOfStream } from './image-blocks.ts'
import { type ImageRecord, markBootable, markNotBootable } from './image-record.ts'
import { readBack } from './read-back.ts'
import { SlotImage, type SlotPlace } from './slot-image.ts'
import { eraseTail, prepare, writeImage } from './write-image.ts'

export interface ImageFilling {
  readonly slotsFolder: string
  readonly slot: SlotName
  readonly places: Readonly<Record<SlotName, SlotPlace>>
  readonly artifact: ArtifactFile
  /** Bytes of the image; signed as `installedSize`. */
  readonly imageLength: number
  readonly record: Pick<ImageRecord, 'release' | 'version' | 'securityCounter'>
  /** Tells the bootloader that the slot must not be booted. */
  forbid(slot: SlotName): Promise<void>
  readonly log: Log
  readonly signal?: AbortSignal
}

export async function fillImageSlot(filling: ImageFilling): Promise<void> {
  const { slotsFolder, slot, places, artifact, imageLength, signal } = filling
  requireRightFormat(artifact, imageLength)
  await makeDirectory(slotsFolder, 0o700)
  // First: of a slot that runs or is permanent nothing changes, its record neither.
  await filling.forbid(slot)
  await markNotBootable(slotsFolder, slot)

  const image = await SlotImage.openToWrite(places[slot], places[slot === 'A' ? 'B' : 'A'])
  try {
    await prepare(image, imageLength)
    const written = await write(image, filling)
    await eraseTail(image, imageLength, signal)
    if (!image.isDevice) await syncDirectory(dirname(image.path))
    const { sha256, isDirect } = await readBack(image, imageLength, signal)
    if (sha256 !== written) {
      throw new TrustError('DIGEST_MISMATCH', { what: 'slot', expected: written, seen: sha256 })
    }
    filling.log.write('info', 'read-back', {
      slot,
      length: imageLength,
      past: isDirect ? 'cache' : 'nothing',
    })
    await markBootable(slotsFolder, slot, { ...filling.record, length: imageLength, sha256 })
  } finally {
    await image.file.close()
  }
}

function requireRightFormat({ format, length }: ArtifactFile, imageLength: number): void {
  if (!isFormatOf('raw-image', format)) {
    throw new TrustError('RELEASE_FORMAT_UNSUPPORTED', { format: format.slice(0, 64) })
  }
  if (imageLength < 1) throw new TrustError('RELEASE_INVALID', { field: 'installedSize' })
  if (format === 'raw' && length !== undefined && length !== imageLength) {
    const facts = { field: 'installedSize', expected: length, seen: imageLength }
    throw new TrustError('RELEASE_INVALID', facts)
  }
}

/** Returns the digest of what was written, once the artifact has turned out to be the signed one. */
async function write(image: SlotImage, filling: ImageFilling): Promise<string> {
  const { artifact, imageLength: length, signal } = filling
  if (artifact.format === 'raw') return writeRaw(image, filling)
  let written = ''
  await streamArtifact(
    artifact,
    async (pieces) => {
      written = await writeImage(image, blocksOfStream(pieces), { length, signal })
    },
    signal,
  )
  return written
}

/** Nothing to decompress: artifact and image are the same bytes, hashed once. */
async function writeRaw(image: SlotImage, { artifact, imageLength, signal }: ImageFilling) {
  const { path, sha256 } = artifact
  const file = await openArtifact(path)
  try {
    const written = await writeImage(image, blocksOfFile(file), { length: imageLength, signal })
    if (sha256 !== undefined && written !== sha256) {
      const facts = { what: 'artifact', expected: sha256, seen: written }
      throw new TrustError('DIGEST_MISMATCH', facts)
    }
    return written
  } finally {
    await file.close()
  }
}
