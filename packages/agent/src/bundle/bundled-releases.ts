/** The release on the shelf is read from there, every other from the network. */
import type { VerifiedRelease } from '@fleetward/shared'
import type { TufReleases } from '../adapters/tuf-releases.ts'
import type { Releases } from '../ports.ts'
import { TaskQueue } from '../task-queue.ts'
import type { ReleaseOrigin } from '../tuf/release-origin.ts'
import type { OpenedBundle } from './open-bundle.ts'

export class BundledReleases implements Releases {
  readonly #network: TufReleases
  #bundle: OpenedBundle | undefined
  /** Both write one store of metadata, so only one of them is at work. */
  readonly #queue = new TaskQueue()

  constructor(network: TufReleases) {
    this.#network = network
  }

  /** From now on; undefined when the shelf is empty. */
  use(bundle: OpenedBundle | undefined): void {
    this.#bundle = bundle
  }

  /** Where the release's files come from; undefined when that is the network. */
  originOf(path: string): ReleaseOrigin | undefined {
    return this.#bundle?.release.path === path ? this.#bundle.origin : undefined
  }

  verify(path: string): Promise<VerifiedRelease> {
    return this.#queue.take(() => this.#for(path).verify(path))
  }

  fetchTarget(path: string, sha256: string, maxBytes: number): Promise<Uint8Array> {
    const { chunks } = this.#bundle?.release ?? {}
    const isBundled = chunks?.path === path && chunks.sha256 === sha256
    const releases = isBundled ? this.#bundle?.releases : undefined
    return this.#queue.take(() => (releases ?? this.#network).fetchTarget(path, sha256, maxBytes))
  }

  trustFile(name: string): Promise<Uint8Array> {
    return this.#queue.take(() => this.#network.trustFile(name))
  }

  refresh(): Promise<void> {
    return this.#queue.take(() => this.#network.refresh())
  }

  versions(): ReturnType<Releases['versions']> {
    const known = [this.#network.versions(), this.#bundle?.releases.versions()]
    return known.reduce((newest, versions) =>
      versions !== undefined && versions.timestamp > (newest?.timestamp ?? 0) ? versions : newest,
    ) as ReturnType<Releases['versions']>
  }

  /** Also for whoever opens a bundle over the same store. */
  alone<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#queue.take(task)
  }

  #for(path: string): TufReleases {
    const bundle = this.#bundle
    return bundle?.release.path === path ? bundle.releases : this.#network
  }
}
