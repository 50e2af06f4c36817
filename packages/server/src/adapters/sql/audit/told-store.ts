import type { Kysely } from 'kysely'
import type { ToldStore } from '../../../audit/export/told-store.ts'
import type { Tables } from '../database.ts'

export class SqlToldStore implements ToldStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async position(name: string): Promise<number> {
    const query = this.#database.selectFrom('told_positions').select('position')
    return (await query.where('name', '=', name).executeTakeFirst())?.position ?? 0
  }

  async save(name: string, position: number): Promise<void> {
    await this.#database
      .insertInto('told_positions')
      .values({ name, position })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ position }))
      .execute()
  }
}
