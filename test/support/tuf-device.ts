/**
 * A device's TUF client in this process, for tests of what it refuses: its store is a map, and the
 * way to the repository is a function call. Every refresh is a new client, as after a restart.
 */
import assert from 'node:assert/strict'
import { nodeVerifier } from '@fleetward/platform'
import {
  codeOf,
  type Facts,
  type TargetFile,
  type TransferCode,
  TransferError,
  type TrustCode,
  TrustError,
} from '@fleetward/shared'
import type { MetadataSource } from '../../packages/agent/src/tuf/metadata-source.ts'
import type { MetadataStore } from '../../packages/agent/src/tuf/metadata-store.ts'
import { TufClient, type TufClientOptions } from '../../packages/agent/src/tuf/tuf-client.ts'
import type { Envelope, RepositorySimulator } from './repository-simulator.ts'

export class MemoryMetadataStore implements MetadataStore {
  readonly files = new Map<string, Uint8Array>()

  async load(role: string): Promise<Uint8Array | undefined> {
    return this.files.get(role)
  }

  async save(role: string, bytes: Uint8Array): Promise<void> {
    this.files.set(role, bytes)
  }

  async remove(role: string): Promise<void> {
    this.files.delete(role)
  }
}

/** The repository without a network. Keeps the port's contract on length and on what is missing. */
export function sourceOf(repository: Pick<RepositorySimulator, 'fetchMetadata'>): MetadataSource {
  return {
    async fetch(path, maxBytes) {
      const bytes = repository.fetchMetadata(path)
      if (bytes === undefined) throw new TransferError('NOT_FOUND', { path })
      if (bytes.length > maxBytes) throw new TrustError('LENGTH_EXCEEDED', { path })
      return bytes
    },
  }
}

export class TufDevice {
  readonly store = new MemoryMetadataStore()
  readonly #options: TufClientOptions

  /** Trusts the root that the repository shows at this moment, as from its factory pack. */
  constructor(repository: RepositorySimulator, options: Partial<TufClientOptions> = {}) {
    this.#options = {
      store: this.store,
      source: sourceOf(repository),
      verifier: nodeVerifier,
      now: Date.now,
      factoryRoot: repository.newest('root'),
      ...options,
    }
  }

  client(options: Partial<TufClientOptions> = {}): TufClient {
    return new TufClient({ ...this.#options, ...options })
  }

  refresh(options: Partial<TufClientOptions> = {}): Promise<void> {
    return this.client(options).refresh()
  }

  async find(path: string): Promise<TargetFile | undefined> {
    const client = this.client()
    await client.refresh()
    return client.findTarget(path)
  }

  /** Trusted versions by role; what a damaged file says counts for nothing here. */
  versions(): Record<string, number> {
    return Object.fromEntries(
      [...this.store.files].map(([role, bytes]) => [
        role,
        (JSON.parse(new TextDecoder().decode(bytes)) as Envelope).signed.version,
      ]),
    )
  }
}

/** For assert.rejects: the error must carry this code and these facts, whatever its message. */
export function refusal(code: TrustCode | TransferCode, facts: Facts = {}) {
  return (error: unknown): true => {
    const seen = codeOf(error)
    if (seen === undefined) throw error
    assert.equal(seen.code, code, String(error))
    for (const [name, value] of Object.entries(facts)) assert.equal(seen.facts[name], value, name)
    return true
  }
}
