import type { Kysely } from 'kysely'
import type { SealingKeyStore, StoredDataKey } from '../../../secrets/sealing-key-store.ts'
import type { Tables } from '../database.ts'

export class SqlSealingKeyStore implements SealingKeyStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async all(): Promise<readonly StoredDataKey[]> {
    const rows = await this.#database
      .selectFrom('sealing_keys')
      .select(['id', 'wrapped', 'created_at', 'retired_at'])
      .orderBy('number')
      .execute()
    return rows.map(({ id, wrapped, created_at, retired_at }) => ({
      ...{ id, wrapped, createdAt: created_at },
      retiredAt: retired_at ?? undefined,
    }))
  }

  async add({ id, wrapped, createdAt, retiredAt }: StoredDataKey): Promise<void> {
    await this.#database
      .insertInto('sealing_keys')
      .values({ id, wrapped, created_at: createdAt, retired_at: retiredAt ?? null })
      .execute()
  }

  async rewrap(id: string, wrapped: string): Promise<void> {
    await this.#database.updateTable('sealing_keys').set({ wrapped }).where('id', '=', id).execute()
  }

  async retire(id: string, at: number): Promise<void> {
    await this.#database
      .updateTable('sealing_keys')
      .set({ retired_at: at })
      .where('id', '=', id)
      .where('retired_at', 'is', null)
      .execute()
  }

  async remove(id: string): Promise<void> {
    await this.#database.deleteFrom('sealing_keys').where('id', '=', id).execute()
  }
}
