/** Brings the artifact from the shelf to where a download would be; what it copies is verified there. */
import { constants, type Stats } from 'node:fs'
import { copyFile, lstat } from 'node:fs/promises'
import { makeDirectory, onDisk, syncDirectory } from '@fleetward/platform'
import type { VerifiedRelease } from '@fleetward/shared'
import type { Transfer } from '../ports.ts'
import { artifactPath } from '../transfer/partial-artifact.ts'
import type { BundleShelf } from './bundle-shelf.ts'

export class BundledTransfer implements Transfer {
  readonly #network: Transfer
  readonly #shelf: BundleShelf
  readonly #folder: string

  /** `downloadFolder` is that of `network`, which verifies chunk by chunk what it finds there. */
  constructor(network: Transfer, shelf: BundleShelf, downloadFolder: string) {
    this.#network = network
    this.#shelf = shelf
    this.#folder = downloadFolder
  }

  async fetch(
    release: VerifiedRelease,
    options: { signal: AbortSignal; onProgress(verifiedBytes: number): void },
  ): Promise<void> {
    if (await this.#shelf.hasArtifact(release.sha256)) await this.#copy(release)
    await this.#network.fetch(release, options)
  }

  discard(): Promise<void> {
    return this.#network.discard()
  }

  async #copy({ sha256, length }: VerifiedRelease): Promise<void> {
    const to = artifactPath(this.#folder, sha256)
    if ((await sizeOf(to)) === length) return
    await makeDirectory(this.#folder, 0o700)
    const from = artifactPath(this.#shelf.artifactFolder, sha256)
    // Where the file system can, without copying the blocks.
    await onDisk(to, () => copyFile(from, to, constants.COPYFILE_FICLONE))
    await syncDirectory(this.#folder)
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  const stats: Stats | undefined = await lstat(path).catch(() => undefined)
  return stats?.isFile() ? stats.size : undefined
}
