/**
 * Slot A in the factory: filled with an image, or, when the device runs from it already (whoever made the
 * storage wrote it), compared with the image byte for byte. Either way the agent then knows what it has.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { makeDirectory, onDisk } from '@fleetward/platform'
import { isVersion, TrustError } from '@fleetward/shared'
import type { Log, SlotName } from '../../ports.ts'
import { type ArtifactFile, streamArtifact } from '../../slot/artifact-stream.ts'
import { openArtifact } from '../../transfer/open-artifact.ts'
import { bootedSlotOf } from '../bootloader/booted-slot.ts'
import { fillImageSlot } from './fill-image-slot.ts'
import { blocksOfFile, blocksOfStream, type ImageBlocks } from './image-blocks.ts'
import { markBootable } from './image-record.ts'
import { readBack } from './read-back.ts'
import { SlotImage, type SlotPlace } from './slot-image.ts'

export interface FactoryImage {
  readonly artifactPath: string
  readonly format: string
  readonly version: string
  readonly securityCounter: number
  readonly slotsFolder: string
  readonly places: Readonly<Record<SlotName, SlotPlace & { readonly roots: readonly string[] }>>
  readonly kernelCommandLine: string
  readonly log: Log
}

export async function installFactoryImage(factory: FactoryImage): Promise<void> {
  const { version, securityCounter, slotsFolder, places, log } = factory
  if (!isVersion(version) || !Number.isSafeInteger(securityCounter) || securityCounter < 1) {
    throw new TrustError('RELEASE_INVALID', { version, securityCounter })
  }
  const artifact = { path: factory.artifactPath, format: factory.format }
  const record = { release: 'factory', version, securityCounter }
  const image = await measure(artifact)
  if ((await bootedSlot(factory)) === 'A') {
    await requireWritten(places.A, image)
    await makeDirectory(slotsFolder, 0o700)
    await markBootable(slotsFolder, 'A', { ...record, ...image })
    return
  }
  // The bootloader's own default is slot A, so there is nothing to forbid it yet.
  const forbid = async () => {}
  const imageLength = image.length
  await fillImageSlot({
    slotsFolder,
    slot: 'A',
    places,
    artifact,
    imageLength,
    record,
    forbid,
    log,
  })
}

/** undefined on the machine that fills the storage of a device. */
async function bootedSlot({ kernelCommandLine, places }: FactoryImage) {
  const words = await onDisk(kernelCommandLine, () => readFile(kernelCommandLine, 'latin1'))
  return bootedSlotOf(words, { A: places.A.roots, B: places.B.roots })
}

async function requireWritten(place: SlotPlace, image: { length: number; sha256: string }) {
  const slot = await SlotImage.openToRead(place)
  try {
    const { sha256 } = await readBack(slot, image.length)
    if (sha256 === image.sha256) return
    const facts = { what: 'slot', expected: image.sha256, seen: sha256 }
    throw new TrustError('DIGEST_MISMATCH', facts)
  } finally {
    await slot.file.close()
  }
}

async function measure(artifact: ArtifactFile): Promise<{ length: number; sha256: string }> {
  const whole = createHash('sha256')
  let length = 0
  const take = async (blocks: ImageBlocks) => {
    for await (const block of blocks) {
      whole.update(block)
      length += block.length
    }
  }
  if (artifact.format === 'raw') {
    const file = await openArtifact(artifact.path)
    await take(blocksOfFile(file)).finally(() => file.close())
  } else {
    await streamArtifact(artifact, (pieces) => take(blocksOfStream(pieces)), undefined)
  }
  return { length, sha256: whole.digest('hex') }
}
