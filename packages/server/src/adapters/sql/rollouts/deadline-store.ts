import type { Kysely } from 'kysely'
import {
  DEFAULT_DEADLINES,
  type DeadlinePolicy,
} from '../../../rollouts/deadlines/deadline-policy.ts'
import type { DeadlineStore } from '../../../rollouts/deadlines/deadline-store.ts'
import type { Tables } from '../database.ts'

export class SqlDeadlineStore implements DeadlineStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async policy(product: string): Promise<DeadlinePolicy> {
    const row = await this.#database
      .selectFrom('deadline_policies')
      .select('policy')
      .where('product', '=', product)
      .executeTakeFirst()
    return row === undefined ? DEFAULT_DEADLINES : (JSON.parse(row.policy) as DeadlinePolicy)
  }

  async setPolicy(product: string, given: DeadlinePolicy): Promise<void> {
    const policy = JSON.stringify(given)
    await this.#database
      .insertInto('deadline_policies')
      .values({ product, policy })
      .onConflict((conflict) => conflict.column('product').doUpdateSet({ policy }))
      .execute()
  }
}
