import type { Kysely } from 'kysely'
import type { AuditKeyStore, StoredAuditKey } from '../../../audit/audit-key-store.ts'
import type { Tables } from '../database.ts'

export class SqlAuditKeyStore implements AuditKeyStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async all(): Promise<readonly StoredAuditKey[]> {
    const rows = await this.#database
      .selectFrom('audit_keys')
      .selectAll()
      .orderBy('number')
      .execute()
    return rows.map(({ kid, public_key, sealed, created_at }) => ({
      ...{ kid, sealed, createdAt: created_at },
      publicKey: Buffer.from(public_key, 'base64url'),
    }))
  }

  async add({ kid, publicKey, sealed, createdAt }: StoredAuditKey): Promise<void> {
    const public_key = Buffer.from(publicKey).toString('base64url')
    await this.#database
      .insertInto('audit_keys')
      .values({ kid, public_key, sealed, created_at: createdAt })
      .execute()
  }
}
