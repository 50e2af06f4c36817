import type { Kysely, Selectable } from 'kysely'
import type { ProductFacts } from '../../../product-facts/facts-schema.ts'
import type { FactsStore, FactsVersion } from '../../../product-facts/facts-store.ts'
import type { Tables } from '../database.ts'

export class SqlFactsStore implements FactsStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async latest(product: string): Promise<FactsVersion | undefined> {
    return (await this.list(product, { before: undefined, limit: 1 }))[0]
  }

  async find(product: string, version: number): Promise<FactsVersion | undefined> {
    const row = await this.#of(product).where('version', '=', version).executeTakeFirst()
    return row && versionOf(row)
  }

  async list(
    product: string,
    { before, limit }: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly FactsVersion[]> {
    const rows = await this.#of(product)
      .$if(before !== undefined, (query) => query.where('version', '<', before ?? 0))
      .orderBy('version', 'desc')
      .limit(limit)
      .execute()
    return rows.map(versionOf)
  }

  async add(product: string, { version, at, by, facts }: FactsVersion): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('product_facts')
      .values({ product, version, at, author: by, facts: JSON.stringify(facts) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  async noteSupportNotice(
    product: string,
    { ends, monthsBefore, at }: { ends: string; monthsBefore: number; at: number },
  ): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('support_notices')
      .values({ product, ends, months_before: monthsBefore, at })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  #of(product: string) {
    return this.#database.selectFrom('product_facts').selectAll().where('product', '=', product)
  }
}

function versionOf(row: Selectable<Tables['product_facts']>): FactsVersion {
  const { version, at, author: by, facts } = row
  return { version, at, by, facts: JSON.parse(facts) as ProductFacts }
}
