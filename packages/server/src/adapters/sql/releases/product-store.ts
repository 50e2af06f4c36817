import type { Kysely, Selectable } from 'kysely'
import type { Product, ProductStore } from '../../../products/product-store.ts'
import type { CoreTables } from '../core-tables.ts'
import type { Tables } from '../database.ts'

export class SqlProductStore implements ProductStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(product: string): Promise<Product | undefined> {
    const query = this.#database.selectFrom('products').selectAll().where('id', '=', product)
    const row = await query.executeTakeFirst()
    return row && productOf(row)
  }

  async all(): Promise<readonly Product[]> {
    const rows = await this.#database.selectFrom('products').selectAll().orderBy('id').execute()
    return rows.map(productOf)
  }

  async add({ id, createdAt }: Product): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('products')
      .values({ id, created_at: createdAt })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }
}

function productOf(row: Selectable<CoreTables['products']>): Product {
  return { id: row.id, createdAt: row.created_at }
}
