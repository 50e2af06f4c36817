/** Releases and files under `trust/` as TUF vouches for them (protocol §3, §4). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeDigests, writeFileDurably } from '@fleetward/platform'
import {
  codeOf,
  requireRelease,
  type TargetFile,
  TRUST_FILE_LENGTH_MAX_BYTES,
  TrustError,
  type VerifiedRelease,
} from '@fleetward/shared'
import type { Releases } from '../ports.ts'
import { TaskQueue } from '../task-queue.ts'
import type { MetadataSource } from '../tuf/metadata-source.ts'
import { downloadTargetFile, requireTargetFile } from '../tuf/target-file.ts'
import type { TufClient } from '../tuf/tuf-client.ts'

/** Whoever sends messages without end must not make the device ask a repository that is away without end. */
const REFRESH_PAUSE_MS = 10_000

export interface TufReleasesOptions {
  readonly client: TufClient
  /** The repository's targets. */
  readonly targets: MetadataSource
  readonly product: string
  /** Of the agent's alone: files in it were verified when they were written. */
  readonly trustFolder: string
}

export class TufReleases implements Releases {
  readonly #options: TufReleasesOptions
  #hasRefreshed = false
  #refreshFailedMs = Number.NEGATIVE_INFINITY
  /** One caller at a time: between a refresh and a look-up nobody else may begin another refresh. */
  readonly #queue = new TaskQueue()

  constructor(options: TufReleasesOptions) {
    this.#options = options
  }

  refresh(): Promise<void> {
    return this.#queue.take(() => this.#refresh())
  }

  verify(path: string): Promise<VerifiedRelease> {
    return this.#queue.take(async () => {
      await this.#refresh()
      return requireRelease(await this.#require(path), this.#options.product)
    })
  }

  trustFile(name: string): Promise<Uint8Array> {
    return this.#queue.take(() => this.#trustFile(name))
  }

  /** A target file that trusted metadata lists under exactly this path and digest. */
  fetchTarget(path: string, sha256: string, maxBytes: number): Promise<Uint8Array> {
    return this.#queue.take(async () => {
      if (!this.#hasRefreshed) await this.#refresh()
      const file = await this.#require(path)
      const seen = file.hashes.get('sha256') ?? 'none'
      if (seen !== sha256) throw new TrustError('DIGEST_MISMATCH', { path, expected: sha256, seen })
      return this.#download(file, maxBytes)
    })
  }

  versions(): ReturnType<Releases['versions']> {
    return this.#options.client.versions()
  }

  async #refresh(): Promise<void> {
    this.#hasRefreshed = false
    try {
      await this.#options.client.refresh()
      this.#hasRefreshed = true
    } catch (error) {
      this.#refreshFailedMs = performance.now()
      throw error
    }
  }

  async #trustFile(name: string): Promise<Uint8Array> {
    const stored = await readFile(join(this.#options.trustFolder, name)).catch(() => undefined)
    const sinceFailureMs = performance.now() - this.#refreshFailedMs
    if (stored !== undefined && !this.#hasRefreshed && sinceFailureMs < REFRESH_PAUSE_MS) {
      return stored
    }
    try {
      if (!this.#hasRefreshed) await this.#refresh()
    } catch (error) {
      // A manifest can be read with the keys known before: to install something, fresh metadata is
      // needed anyway, and a withdrawal should be heard by a device that cannot get it.
      if (stored !== undefined && codeOf(error) !== undefined) return stored
      throw error
    }
    // From here on the metadata is fresh, and what it does not list any more is revoked.
    const file = await this.#require(`trust/${name}`)
    if (stored !== undefined && isSame(stored, file)) return stored
    const bytes = await this.#download(file, TRUST_FILE_LENGTH_MAX_BYTES)
    await writeFileDurably(join(this.#options.trustFolder, name), bytes)
    return bytes
  }

  async #require(path: string): Promise<TargetFile> {
    const file = await this.#options.client.findTarget(path)
    if (file === undefined) throw new TrustError('TARGET_NOT_FOUND', { path })
    return file
  }

  #download(file: TargetFile, maxBytes: number): Promise<Uint8Array> {
    const { client, targets } = this.#options
    const { consistentSnapshot } = client
    return downloadTargetFile(targets, file, { digests: nodeDigests, maxBytes, consistentSnapshot })
  }
}

function isSame(bytes: Uint8Array, file: TargetFile): boolean {
  try {
    requireTargetFile(bytes, file, nodeDigests)
    return true
  } catch {
    return false
  }
}
