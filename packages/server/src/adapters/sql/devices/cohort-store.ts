import { type Kysely, sql } from 'kysely'
import type { Cohort, CohortStore, WrittenRule } from '../../../devices/cohorts/cohort-store.ts'
import type { Page } from '../../../devices/device-store.ts'
import type { Tables } from '../database.ts'

export class SqlCohortStore implements CohortStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async list(product: string, { after, limit }: Page): Promise<readonly Cohort[]> {
    const rows = await this.#cohorts(product)
      .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
      .orderBy('name')
      .limit(limit)
      .execute()
    if (rows.length === 0) return []
    const names = rows.map(({ name }) => name)
    const counts = await this.#database
      .selectFrom('devices')
      .select(['cohort', sql<number>`count(*)`.as('devices')])
      .where('product', '=', product)
      .where('cohort', 'in', names)
      .where('decommissioned_at', 'is', null)
      .groupBy('cohort')
      .execute()
    const devicesIn = new Map(counts.map(({ cohort, devices }) => [cohort, Number(devices)]))
    return rows.map((row) => cohortOf(row, devicesIn.get(row.name) ?? 0))
  }

  async find(product: string, name: string): Promise<Cohort | undefined> {
    const row = await this.#cohorts(product).where('name', '=', name).executeTakeFirst()
    if (row === undefined) return undefined
    const { devices } = await this.#database
      .selectFrom('devices')
      .select(sql<number>`count(*)`.as('devices'))
      .where('product', '=', product)
      .where('cohort', '=', name)
      .where('decommissioned_at', 'is', null)
      .executeTakeFirstOrThrow()
    return cohortOf(row, Number(devices))
  }

  async ensure(product: string, name: string, at: number): Promise<void> {
    await this.#database
      .insertInto('cohorts')
      .values({ product, name, created_at: at })
      .onConflict((conflict) => conflict.columns(['product', 'name']).doNothing())
      .execute()
  }

  async describe(product: string, name: string, description: string): Promise<void> {
    await this.#update(product, name, { description })
  }

  async remove(product: string, name: string): Promise<void> {
    await this.#database
      .deleteFrom('cohorts')
      .where('product', '=', product)
      .where('name', '=', name)
      .execute()
  }

  async rules(product: string): Promise<readonly WrittenRule[]> {
    const rows = await this.#cohorts(product)
      .where('rule', 'is not', null)
      .orderBy('position')
      .execute()
    return rows.map(({ name, rule }) => ({ cohort: name, filter: rule ?? '' }))
  }

  async setRules(product: string, rules: readonly WrittenRule[]): Promise<void> {
    await this.#database
      .updateTable('cohorts')
      .set({ rule: null, position: null })
      .where('product', '=', product)
      .execute()
    for (const [position, { cohort, filter }] of rules.entries()) {
      await this.#update(product, cohort, { rule: filter, position })
    }
  }

  async productsWithRules(): Promise<readonly string[]> {
    const rows = await this.#database
      .selectFrom('cohorts')
      .select('product')
      .distinct()
      .where('rule', 'is not', null)
      .orderBy('product')
      .execute()
    return rows.map(({ product }) => product)
  }

  #cohorts(product: string) {
    return this.#database.selectFrom('cohorts').selectAll().where('product', '=', product)
  }

  async #update(
    product: string,
    name: string,
    values: { description?: string; rule?: string; position?: number },
  ): Promise<void> {
    await this.#database
      .updateTable('cohorts')
      .set(values)
      .where('product', '=', product)
      .where('name', '=', name)
      .execute()
  }
}

function cohortOf(
  row: { name: string; description: string; rule: string | null; position: number | null },
  devices: number,
): Cohort {
  const { name, description, rule, position } = row
  return { name, description, rule: rule ?? undefined, place: position ?? undefined, devices }
}
