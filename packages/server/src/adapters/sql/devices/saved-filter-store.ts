import { type Kysely, type Selectable, sql } from 'kysely'
import type { Page } from '../../../devices/device-store.ts'
import type { SavedFilter, SavedFilterStore } from '../../../devices/filter/saved-filter-store.ts'
import type { Tables } from '../database.ts'

export class SqlSavedFilterStore implements SavedFilterStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async list(product: string, { after, limit }: Page): Promise<readonly SavedFilter[]> {
    const rows = await this.#filters(product)
      .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
      .orderBy('name')
      .limit(limit)
      .execute()
    return rows.map(filterOf)
  }

  async count(product: string): Promise<number> {
    const { filters } = await this.#database
      .selectFrom('saved_filters')
      .select(sql<number>`count(*)`.as('filters'))
      .where('product', '=', product)
      .executeTakeFirstOrThrow()
    return Number(filters)
  }

  async find(product: string, name: string): Promise<SavedFilter | undefined> {
    const row = await this.#filters(product).where('name', '=', name).executeTakeFirst()
    return row && filterOf(row)
  }

  async save(product: string, saved: SavedFilter): Promise<void> {
    const { name, filter, description, savedAt, savedBy } = saved
    const values = { filter, description, saved_at: savedAt, saved_by: savedBy }
    await this.#database
      .insertInto('saved_filters')
      .values({ product, name, ...values })
      .onConflict((conflict) => conflict.columns(['product', 'name']).doUpdateSet(values))
      .execute()
  }

  async remove(product: string, name: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('saved_filters')
      .where('product', '=', product)
      .where('name', '=', name)
      .executeTakeFirst()
    return numDeletedRows === 1n
  }

  #filters(product: string) {
    return this.#database.selectFrom('saved_filters').selectAll().where('product', '=', product)
  }
}

function filterOf(row: Selectable<Tables['saved_filters']>): SavedFilter {
  const { name, filter, description, saved_at: savedAt, saved_by: savedBy } = row
  return { name, filter, description, savedAt, savedBy }
}
