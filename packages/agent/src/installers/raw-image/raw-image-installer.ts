/** The `raw-image` installer: A and B are block devices or files, and an image is written into one of them. */
import { TrustError, type VerifiedRelease } from '@fleetward/shared'
import type { Installer, Log, SlotContents, SlotName } from '../../ports.ts'
import { artifactPath } from '../../transfer/partial-artifact.ts'
import { fillImageSlot } from './fill-image-slot.ts'
import { findImageRecord } from './image-record.ts'
import { SlotImage, type SlotPlace } from './slot-image.ts'

export interface RawImageInstallerOptions {
  readonly slotsFolder: string
  /** Where the transfer left the artifact. */
  readonly downloadFolder: string
  readonly places: Readonly<Record<SlotName, SlotPlace>>
  readonly selfTest: readonly string[]
  /** Refuses the slot that runs and the permanent one; from then on `slot` is not booted. */
  forbid(slot: SlotName): Promise<void>
  readonly log: Log
}

export class RawImageInstaller implements Installer {
  readonly #options: RawImageInstallerOptions

  constructor(options: RawImageInstallerOptions) {
    this.#options = options
  }

  async write(
    release: VerifiedRelease,
    slot: SlotName,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    const { path, installer, format, length, sha256, installedSize } = release
    if (installer !== 'raw-image') {
      throw new TrustError('RELEASE_FORMAT_UNSUPPORTED', { installer })
    }
    const { version, securityCounter } = release
    const { downloadFolder, ...options } = this.#options
    await fillImageSlot({
      ...options,
      forbid: (wanted) => this.#options.forbid(wanted),
      slot,
      artifact: { path: artifactPath(downloadFolder, sha256), format, length, sha256 },
      imageLength: installedSize,
      record: { release: path, version, securityCounter },
      signal,
    })
  }

  async contents(slot: SlotName): Promise<SlotContents | undefined> {
    const { slotsFolder, places, selfTest } = this.#options
    const record = await findImageRecord(slotsFolder, slot)
    if (record === undefined || !(await holds(places[slot], record.length))) return undefined
    const { version, securityCounter } = record
    // The system starts what the image holds; our part is to ask whether it works.
    return { version, securityCounter, folder: '/', start: [], selfTest }
  }
}

/** Whether an image of this length can lie there; its bytes were read back when it was written. */
async function holds(place: SlotPlace, length: number): Promise<boolean> {
  try {
    const image = await SlotImage.openToRead(place)
    try {
      return image.isDevice
        ? image.capacityBytes >= length
        : (await image.file.stat()).size === length
    } finally {
      await image.file.close()
    }
  } catch {
    return false // Unreadable is damaged: the port says so.
  }
}
