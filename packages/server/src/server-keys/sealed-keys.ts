/** The private halves of the server's keys, sealed wherever they are kept and opened when they are to sign. */
import { loadPrivateKey, type SigningKey } from '@fleetward/platform'
import type { Seal } from '../secrets/seal.ts'
import { type ServerKey, sealPurpose } from './server-key.ts'

export class SealedKeys {
  readonly #seal: Seal
  /** By what is sealed, so that a key that was sealed anew is read anew. */
  readonly #opened = new Map<string, Promise<SigningKey>>()

  constructor(seal: Seal) {
    this.#seal = seal
  }

  open(key: ServerKey): Promise<SigningKey> {
    const known = this.#opened.get(key.sealed)
    if (known !== undefined) return known
    const opened = this.#seal
      .open(sealPurpose(key), key.sealed)
      .then((pem) => loadPrivateKey(new TextDecoder().decode(pem)))
    this.#opened.set(key.sealed, opened)
    opened.catch(() => this.#opened.delete(key.sealed))
    return opened
  }

  /** As it is stored. `createdAt`: seconds since 1970. */
  async sealed(
    name: Pick<ServerKey, 'purpose' | 'product' | 'id' | 'public'>,
    key: SigningKey,
    createdAt: number,
  ): Promise<ServerKey> {
    const pem = new TextEncoder().encode(key.plainPem())
    const sealed = await this.#seal.seal(sealPurpose(name), pem)
    return { ...name, sealed, createdAt, leavesAt: undefined }
  }
}
