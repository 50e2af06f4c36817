/**
 * Where a verified bundle lies until it expires or another takes its place: a copy of the agent's own, because
 * the stick it came on may be gone after the next boot, and a damaged slot is repaired from it. One bundle at a
 * time; it stands there whole or not at all.
 */
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  makeDirectory,
  onDisk,
  removeDurably,
  syncDirectory,
  writeFileDurably,
} from '@fleetward/platform'
import {
  BUNDLE_INDEX_NAME,
  type BundleIndex,
  encodeBundleIndex,
  parseBundleIndex,
} from '@fleetward/shared'
import { PartialArtifact } from '../transfer/partial-artifact.ts'
import type { BundleFiles } from './bundle-files.ts'

export class BundleShelf {
  readonly #folder: string
  readonly #beside: string

  /** In the agent's data folder. */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'bundle')
    this.#beside = join(dataFolder, 'bundle.new')
  }

  /** The folder of the artifact, as {@link PartialArtifact} wants it. */
  get artifactFolder(): string {
    return join(this.#folder, 'artifact')
  }

  /**
   * Puts a verified bundle in the place of the one before. `writeArtifact` fills the open file, chunk by
   * verified chunk; when it throws, the bundle before stays.
   */
  async put(
    index: BundleIndex,
    { small, artifact }: BundleFiles,
    writeArtifact: (file: PartialArtifact) => Promise<void>,
  ): Promise<void> {
    await this.#removeBeside()
    await makeDirectory(this.#beside, 0o700)
    await writeFileDurably(join(this.#beside, BUNDLE_INDEX_NAME), encodeBundleIndex(index))
    for (const [at, bytes] of [...small.values()].entries()) {
      // By number: the names in the archive are somebody else's.
      await writeFileDurably(join(this.#beside, String(at)), bytes)
    }
    const file = await PartialArtifact.open(join(this.#beside, 'artifact'), artifact.sha256)
    let isWhole = false
    try {
      await writeArtifact(file)
      await file.finish()
      isWhole = true
    } finally {
      await file.close()
      // A refused bundle must not cost the device its room.
      if (!isWhole) await this.#removeBeside()
    }
    await this.clear()
    await onDisk(this.#folder, () => rename(this.#beside, this.#folder))
    await syncDirectory(join(this.#folder, '..'))
  }

  /** What lies there; undefined when nothing does. Verified again by whoever uses it. */
  async load(): Promise<BundleFiles | undefined> {
    // What a power cut left half written.
    await this.#removeBeside()
    const indexBytes = await readFile(join(this.#folder, BUNDLE_INDEX_NAME)).catch(() => undefined)
    if (indexBytes === undefined) return undefined
    const { product, files } = parseBundleIndex(indexBytes)
    const artifact = files.at(-1)
    if (artifact === undefined) return undefined
    const small = new Map<string, Uint8Array>()
    for (const [at, { path }] of files.slice(0, -1).entries()) {
      small.set(path, await onDisk(path, () => readFile(join(this.#folder, String(at)))))
    }
    return { product, small, artifact }
  }

  /** Nothing there is no error. */
  async clear(): Promise<void> {
    await removeDurably(this.#folder)
  }

  async #removeBeside(): Promise<void> {
    await onDisk(this.#beside, () => rm(this.#beside, { recursive: true, force: true }))
  }

  /** Whether the artifact of this digest lies there. */
  async hasArtifact(sha256: string): Promise<boolean> {
    const names: string[] = await readdir(this.artifactFolder).catch(() => [])
    return names.includes(`${sha256}.artifact`)
  }
}
