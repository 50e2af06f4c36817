/** A device's folders with the real installer over them, for attacks on what is installed. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VerifiedRelease } from '@fleetward/shared'
import type { SlotContents } from '../../packages/agent/src/ports.ts'
import { SlotDirectoryInstaller } from '../../packages/agent/src/slot/slot-directory-installer.ts'
import { artifactPath } from '../../packages/agent/src/transfer/partial-artifact.ts'
import type { SlotArtifact } from './slot-artifact.ts'

export class SlotDevice {
  /** Everything the device could be made to write outside of its slot lies in here. */
  readonly folder: string
  readonly #installer: SlotDirectoryInstaller

  private constructor(folder: string) {
    this.folder = folder
    this.#installer = new SlotDirectoryInstaller({
      slotsFolder: this.slots,
      downloadFolder: this.downloads,
      bootedSlot: async () => 'A',
    })
  }

  static async create(): Promise<SlotDevice> {
    const device = new SlotDevice(await mkdtemp(join(tmpdir(), 'fleetward-attack-')))
    await mkdir(device.downloads, { mode: 0o700 })
    return device
  }

  get slots(): string {
    return join(this.folder, 'data/slots')
  }

  get downloads(): string {
    return join(this.folder, 'download')
  }

  /** As the transfer leaves it. */
  async download({ bytes, release }: SlotArtifact): Promise<string> {
    const path = artifactPath(this.downloads, release.sha256)
    await writeFile(path, bytes, { mode: 0o600 })
    return path
  }

  async install(release: VerifiedRelease): Promise<void> {
    await this.#installer.write(release, 'B', { signal: new AbortController().signal })
  }

  /** undefined: nothing boots from slot B. */
  contents(): Promise<SlotContents | undefined> {
    return this.#installer.contents('B')
  }

  read(path: string): Promise<string> {
    return readFile(join(this.slots, 'B', path), 'utf8')
  }

  /** Files anywhere on the device that do not belong into the slot or the download folder. */
  async strayFiles(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .filter((path) => !path.startsWith('download/') && !path.startsWith('data/slots/B/'))
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true })
  }
}
