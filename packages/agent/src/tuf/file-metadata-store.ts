/**
 * Trusted metadata as files: `root.json`, `timestamp.json` and so on, exactly the received bytes.
 * Nothing else with the ending `.json` lies in this folder.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeDurably, writeFileDurably } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import { fileNameOf } from './file-name.ts'
import type { MetadataStore } from './metadata-store.ts'

export class FileMetadataStore implements MetadataStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async load(role: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#readPatiently(role)
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
      // A file whose blocks went bad is fetched again like one that holds rubbish: else no update came any more.
      if (reason === 'ENOENT' || reason === 'EIO') return undefined
      throw new DeviceError('DISK_FAILED', { path: this.#pathOf(role), reason }, { cause })
    }
  }

  async save(role: string, bytes: Uint8Array): Promise<void> {
    await writeFileDurably(this.#pathOf(role), bytes, { mode: 0o600 })
  }

  async remove(role: string): Promise<void> {
    await removeDurably(this.#pathOf(role))
  }

  /** A disk's first refusal is not always its last word, and what is forgotten can be rolled back once. */
  #readPatiently(role: string): Promise<Uint8Array> {
    const path = this.#pathOf(role)
    return readFile(path).catch(() => readFile(path))
  }

  #pathOf(role: string): string {
    return join(this.#folder, `${fileNameOf(role)}.json`)
  }
}
