/** The public keys that reports are verified with, ready to use and kept for a while. */
import { webcrypto } from 'node:crypto'
import type { EnrolmentStore } from '../../enrolment/enrolment-store.ts'

/** About a kilobyte each. */
const CACHED_MAX_COUNT = 20_000

export class ReportKeys {
  readonly #store: EnrolmentStore
  readonly #cached = new Map<string, readonly CryptoKey[]>()

  constructor(store: EnrolmentStore) {
    this.#store = store
  }

  async of(product: string, device: string): Promise<readonly CryptoKey[]> {
    const cached = this.#cached.get(device)
    if (cached !== undefined) return cached
    const keys = await Promise.all((await this.#store.reportKeys(product, device)).map(importSpki))
    if (this.#cached.size >= CACHED_MAX_COUNT) this.#cached.clear()
    this.#cached.set(device, keys)
    return keys
  }

  /** The device has, or may have, other keys now. */
  forget(device: string): void {
    this.#cached.delete(device)
  }
}

function importSpki(spki: Buffer): Promise<CryptoKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  return webcrypto.subtle.importKey('spki', new Uint8Array(spki), algorithm, true, ['verify'])
}
