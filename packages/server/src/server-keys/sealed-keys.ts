/** The private halves of the server's keys, sealed wherever they are kept and opened when they are to sign. */
import { loadPrivateKey, type SigningKey } from '@fleetward/platform'
import type { Seal } from '../secrets/seal.ts'
import { type ServerKey, sealPurpose } from './server-key.ts'

export class SealedKeys {
  readonly #seal: Seal
  /** By its public half, not by what is sealed: an instance that a rotation of the seal left behind goes on signing. */
  readonly #opened = new Map<string, Promise<SigningKey>>()

  constructor(seal: Seal) {
    this.#seal = seal
  }

  open(key: ServerKey): Promise<SigningKey> {
    const name = sealPurpose(key)
    const same = `${name}\n${key.public}`
    const known = this.#opened.get(same)
    if (known !== undefined) return known
    const opened = this.#seal
      .open(name, key.sealed)
      .then((pem) => loadPrivateKey(new TextDecoder().decode(pem)))
    this.#opened.set(same, opened)
    opened.catch(() => this.#opened.delete(same))
    return opened
  }

  /** Of keys that are no PKCS#8. */
  async openText(key: ServerKey): Promise<string> {
    return new TextDecoder().decode(await this.#seal.open(sealPurpose(key), key.sealed))
  }

  async sealText(
    name: Pick<ServerKey, 'purpose' | 'product' | 'id'>,
    text: string,
  ): Promise<string> {
    return this.#seal.seal(sealPurpose(name), new TextEncoder().encode(text))
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
