/**
 * The keys this server signs with, one set per product: Ed25519, PKCS#8, mode 0600, because the server has
 * to start without a person. Whoever steals them can choose among what the manufacturer signed and
 * can hold devices back until the metadata expires; they install nothing on their own.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  generateKey,
  loadPrivateKey,
  makeDirectory,
  type SigningKey,
  writeFileDurably,
} from '@fleetward/platform'
import { encodeKeySet, keySetKeyId } from '@fleetward/shared'
import type { CommandKeys } from '../ports.ts'

const NAMES = ['timestamp', 'snapshot', 'director', 'commands'] as const
export type OnlineKeyName = (typeof NAMES)[number]

export class OnlineKeys implements CommandKeys {
  readonly #folder: string
  readonly #loaded = new Map<string, Promise<SigningKey>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the keys that are not there; one that is there is never replaced. */
  async ensure(product: string): Promise<void> {
    await makeDirectory(join(this.#folder, product))
    for (const name of NAMES) {
      const file = this.#file(product, name)
      if (await isThere(file)) continue
      await writeFileDurably(file, generateKey('ed25519').plainPem(), { mode: 0o600 })
    }
  }

  async key(product: string, name: OnlineKeyName): Promise<SigningKey> {
    const file = this.#file(product, name)
    let key = this.#loaded.get(file)
    if (key === undefined) {
      key = readFile(file, 'utf8').then((pem) => loadPrivateKey(pem))
      this.#loaded.set(file, key)
      key.catch(() => this.#loaded.delete(file))
    }
    return key
  }

  async commandKey(product: string): Promise<{ kid: string; key: SigningKey }> {
    return this.#tokenKey(product, 'commands')
  }

  async directorKey(product: string): Promise<{ kid: string; key: SigningKey }> {
    return this.#tokenKey(product, 'director')
  }

  /** What the manufacturer signs under `trust/` (protocol §3.5). */
  async keySet(product: string, name: 'director' | 'commands'): Promise<string> {
    const { publicKey } = await this.key(product, name)
    return new TextDecoder().decode(encodeKeySet([publicKey.bytes]))
  }

  async #tokenKey(product: string, name: 'director' | 'commands') {
    const key = await this.key(product, name)
    return { kid: keySetKeyId(key.publicKey.bytes), key }
  }

  #file(product: string, name: OnlineKeyName): string {
    return join(this.#folder, product, `${name}.pem`)
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await readFile(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
