/**
 * The server's word on its audit log. Whoever has the database and what opens the seal can sign anything anew; whoever
 * has the database alone, a copy of it or a database administrator, cannot. Heads kept elsewhere bind both.
 */
import { generateKey, loadPrivateKey } from '@fleetward/platform'
import {
  type AuditStatement,
  type DossierStatement,
  encodeKeySet,
  importKeySet,
  type KeySet,
  keySetKeyId,
  signAuditStatement,
  signDossierStatement,
} from '@fleetward/shared'
import type { Seal } from '../secrets/seal.ts'
import type { Database, Stores } from '../stores.ts'
import { auditKeyPurpose, type StoredAuditKey } from './audit-key-store.ts'

type SigningCryptoKey = Parameters<typeof signAuditStatement>[1]['key']

export class AuditKeys {
  readonly #database: Database
  readonly #seal: Seal
  readonly #opened = new Map<string, Promise<SigningCryptoKey>>()

  constructor(database: Database, seal: Seal) {
    this.#database = database
    this.#seal = seal
  }

  /** Makes the first key of a new server. */
  async ensure(now: number): Promise<void> {
    if ((await this.#database.auditKeys.all()).length > 0) return
    await this.#make(now, true)
  }

  /** From now on a new key signs; what the former ones signed stays verifiable. */
  async rotate(now: number): Promise<string> {
    return this.#make(now, false)
  }

  /** `stores` is that of the transaction, when there is one. */
  async sign(statement: AuditStatement, stores: Stores = this.#database): Promise<string> {
    return signAuditStatement(statement, await this.#signer(stores))
  }

  /** What the server put together as evidence, in the name of the same key (docs/decisions/0009). */
  async signDossier(statement: DossierStatement): Promise<string> {
    return signDossierStatement(statement, await this.#signer(this.#database))
  }

  /** JWK set of all keys there have been, the newest last (protocol §3.5 has the form). */
  async publicKeys(): Promise<Uint8Array> {
    return encodeKeySet((await this.#database.auditKeys.all()).map(({ publicKey }) => publicKey))
  }

  async keySet(): Promise<KeySet> {
    return importKeySet(await this.publicKeys())
  }

  async #make(now: number, isFirst: boolean): Promise<string> {
    const key = generateKey('ed25519')
    const publicKey = key.publicKey.bytes
    const kid = keySetKeyId(publicKey)
    const sealed = await this.#seal.seal(
      auditKeyPurpose(kid),
      new TextEncoder().encode(key.plainPem()),
    )
    return this.#database.transaction(async ({ auditKeys }) => {
      const newest = (await auditKeys.all()).at(-1)
      // Another instance was first.
      if (isFirst && newest !== undefined) return newest.kid
      await auditKeys.add({ kid, publicKey, sealed, createdAt: now })
      return kid
    })
  }

  async #signer({ auditKeys }: Stores) {
    const key = (await auditKeys.all()).at(-1)
    if (key === undefined) throw new Error('The audit log has no key to sign with')
    return { kid: key.kid, key: await this.#open(key) }
  }

  #open({ kid, sealed }: StoredAuditKey): Promise<SigningCryptoKey> {
    let key = this.#opened.get(kid)
    if (key === undefined) {
      key = this.#seal
        .open(auditKeyPurpose(kid), sealed)
        .then((pem) => loadPrivateKey(new TextDecoder().decode(pem)).toCryptoKey())
      this.#opened.set(kid, key)
      key.catch(() => this.#opened.delete(kid))
    }
    return key
  }
}
