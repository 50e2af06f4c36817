/**
 * TUF's client workflow (TUF 5, protocol §3.3): asks for what is next, lets {@link TrustedMetadata}
 * decide whether to believe it, and stores it at once, before it asks for the next file. So after a
 * failure or a power loss at any point the store holds what was verified so far, and the next
 * refresh goes on from there.
 *
 * Stored files are no more trusted than received ones, only known to be no news: a damaged one is
 * passed over and fetched again. A damaged root falls back to the factory pack's.
 */
import {
  type Delegation,
  METADATA_MAX_BYTES,
  type MetadataType,
  type MetaFile,
  metadataFileName,
  metaNameOf,
  onlineKeyRevoked,
  ROOT_ROTATIONS_MAX_COUNT,
  type SignatureVerifier,
  searchTarget,
  type TargetFile,
  TransferError,
  TrustError,
  TrustedMetadata,
} from '@fleetward/shared'
import type { MetadataSource } from './metadata-source.ts'
import type { MetadataStore } from './metadata-store.ts'

export interface TufClientOptions {
  readonly store: MetadataStore
  readonly source: MetadataSource
  readonly verifier: SignatureVerifier
  /** Milliseconds since 1970, never behind the clock's floor (protocol §2.2). */
  readonly now: () => number
  /** The root that came with the device or its firmware: trusted without a signature before it. */
  readonly factoryRoot?: Uint8Array
  /** Larger files than protocol §2.4 allows, for repositories that are not ours. */
  readonly maxBytes?: Partial<Record<MetadataType, number>>
}

/** Versions of trusted metadata; 0 for a role that is not trusted yet (protocol §7). */
export interface MetadataVersions {
  readonly root: number
  readonly timestamp: number
  readonly snapshot: number
  readonly targets: number
}

export class TufClient {
  readonly #options: TufClientOptions
  readonly #maxBytes: Readonly<Record<MetadataType, number>>
  /** The newest state there is to report, whether its refresh has come to its end or not. */
  #latest: TrustedMetadata | undefined
  /** The state of the last complete refresh; target files are looked up in this one only. */
  #complete: TrustedMetadata | undefined
  #refreshing: Promise<void> | undefined

  constructor(options: TufClientOptions) {
    this.#options = options
    this.#maxBytes = { ...METADATA_MAX_BYTES, ...options.maxBytes }
  }

  /** TUF 5.1 to 5.6. Two calls at a time share one refresh, so that no store is written twice. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /**
   * TUF 5.6.7: what the repository signed under this path; undefined when no role that is trusted
   * with the path lists it. Fetches delegated roles on the way. Only after a refresh.
   */
  async findTarget(path: string): Promise<TargetFile | undefined> {
    const trusted = this.#requireComplete()
    const search = searchTarget(trusted, path)
    for (let step = search.next(); ; step = search.next()) {
      if (step.done) return step.value
      await this.#loadTargets(trusted, step.value)
    }
  }

  /** Whether the names of files in the repository carry their hash (TUF 6.2). */
  get consistentSnapshot(): boolean {
    return this.#requireComplete().root.consistentSnapshot
  }

  versions(): MetadataVersions {
    return {
      root: this.#latest?.root.version ?? 0,
      timestamp: this.#latest?.timestamp?.version ?? 0,
      snapshot: this.#latest?.snapshot?.version ?? 0,
      targets: this.#latest?.targets()?.version ?? 0,
    }
  }

  async #refresh(): Promise<void> {
    this.#complete = undefined
    const trusted = await this.#openRoot()
    this.#latest = trusted
    await this.#updateRoot(trusted)
    await this.#updateTimestamp(trusted)
    await this.#updateSnapshot(trusted)
    await this.#loadTargets(trusted, { role: 'targets', delegator: 'root' })
    this.#complete = trusted
  }

  /** TUF 5.2: the stored root, unless it is damaged or the factory's is newer. */
  async #openRoot(): Promise<TrustedMetadata> {
    const { store, factoryRoot, now } = this.#options
    const at = new Date(now()) // TUF 5.1
    const bytes = await store.load('root')
    if (factoryRoot === undefined) {
      if (bytes === undefined) throw new TrustError('ROLE_MISSING', { role: 'root', in: 'store' })
      return this.#trust(bytes, at)
    }

    const factory = this.#trust(factoryRoot, at)
    const stored = bytes === undefined ? undefined : believable(() => this.#trust(bytes, at))
    if (stored !== undefined && stored.root.version >= factory.root.version) return stored
    if (stored !== undefined && onlineKeyRevoked(stored.root, factory.root)) {
      await this.#forgetOnlineRoles()
    }
    await store.save('root', factoryRoot)
    return factory
  }

  #trust(rootBytes: Uint8Array, now: Date): TrustedMetadata {
    const { verifier } = this.#options
    return new TrustedMetadata(rootBytes, { verifier, now, maxBytes: this.#maxBytes })
  }

  async #updateRoot(trusted: TrustedMetadata): Promise<void> {
    for (let i = 0; i < ROOT_ROTATIONS_MAX_COUNT; i += 1) {
      const bytes = await this.#fetchRoot(trusted.root.version + 1)
      if (bytes === undefined) break
      trusted.updateRoot(bytes)
      if (trusted.onlineKeyRevoked) await this.#forgetOnlineRoles() // TUF 5.3.11
      await this.#options.store.save('root', bytes) // TUF 5.3.8
    }
    trusted.finishRoot()
  }

  /** TUF 5.3.3: undefined when there is no such version, which ends the chain. */
  async #fetchRoot(version: number): Promise<Uint8Array | undefined> {
    try {
      return await this.#fetch(metadataFileName('root', version), this.#maxBytes.root)
    } catch (error) {
      if (error instanceof TransferError && error.code === 'NOT_FOUND') return undefined
      throw error
    }
  }

  /**
   * Before the root that revokes their keys is stored: a power loss in between then leaves the old
   * root and repeats this, instead of the new root with versions that an attacker has raised.
   */
  async #forgetOnlineRoles(): Promise<void> {
    await this.#options.store.remove('timestamp')
    await this.#options.store.remove('snapshot')
  }

  async #updateTimestamp(trusted: TrustedMetadata): Promise<void> {
    const { store } = this.#options
    const stored = await store.load('timestamp')
    if (stored !== undefined) believable(() => trusted.updateTimestamp(stored, { trusted: true }))

    const bytes = await this.#fetch(metadataFileName('timestamp'), this.#maxBytes.timestamp)
    if (trusted.updateTimestamp(bytes) === 'replaced') await store.save('timestamp', bytes) // 5.4.5
  }

  async #updateSnapshot(trusted: TrustedMetadata): Promise<void> {
    const { store } = this.#options
    const stored = await store.load('snapshot')
    if (stored !== undefined) {
      const state = believable(() => trusted.updateSnapshot(stored, { trusted: true }))
      if (state === 'final') return
    }
    const announced = trusted.timestamp?.snapshot
    if (announced === undefined) throw new Error('snapshot before timestamp')
    const bytes = await this.#fetchAnnounced(trusted, 'snapshot', announced)
    trusted.updateSnapshot(bytes)
    await store.save('snapshot', bytes) // TUF 5.5.7
  }

  /** TUF 5.6, for the top-level role and for delegated ones alike. */
  async #loadTargets(trusted: TrustedMetadata, { role, delegator }: Delegation): Promise<void> {
    const { store } = this.#options
    const announced = trusted.snapshot?.meta.get(metaNameOf(role))
    if (announced === undefined) throw new TrustError('ROLE_MISSING', { role, in: 'snapshot' })

    const stored = await store.load(role)
    if (stored !== undefined) {
      believable(() => trusted.updateTargets(role, delegator, stored))
      if (trusted.targets(role, delegator) !== undefined) return
    }
    const bytes = await this.#fetchAnnounced(trusted, role, announced)
    trusted.updateTargets(role, delegator, bytes)
    await store.save(role, bytes) // TUF 5.6.6
  }

  #fetchAnnounced(
    trusted: TrustedMetadata,
    role: string,
    { version, length }: MetaFile,
  ): Promise<Uint8Array> {
    const name = metadataFileName(role, trusted.root.consistentSnapshot ? version : undefined)
    const limit = role === 'snapshot' ? this.#maxBytes.snapshot : this.#maxBytes.targets
    return this.#fetch(name, Math.min(length ?? limit, limit))
  }

  #fetch(path: string, maxBytes: number): Promise<Uint8Array> {
    return this.#options.source.fetch(path, maxBytes)
  }

  #requireComplete(): TrustedMetadata {
    if (this.#complete === undefined) throw new Error('refresh first')
    return this.#complete
  }
}

/** What the store offers, or undefined when it must not be used: it is fetched again then. */
function believable<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof TrustError) return undefined
    throw error
  }
}
