import type { Kysely } from 'kysely'
import { NO_TRIES, type Tries } from '../../../sign-in/guessing/slow-down.ts'
import type { TriesStore } from '../../../sign-in/guessing/tries-store.ts'
import type { Tables } from '../database.ts'

const SIDES_MAX_COUNT = 100_000

export class SqlTriesStore implements TriesStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(sides: readonly string[]): Promise<readonly Tries[]> {
    if (sides.length === 0) return []
    const rows = await this.#database
      .selectFrom('sign_in_tries')
      .selectAll()
      .where('side', 'in', [...sides])
      .execute()
    const found = new Map(
      rows.map(({ side, count, last_at }) => [side, { count, lastAt: last_at }]),
    )
    return sides.map((side) => found.get(side) ?? NO_TRIES)
  }

  async save(side: string, { count, lastAt }: Tries): Promise<void> {
    const values = { count, last_at: lastAt }
    await this.#database
      .insertInto('sign_in_tries')
      .values({ side, ...values })
      .onConflict((conflict) => conflict.column('side').doUpdateSet(values))
      .execute()
  }

  async forget(before: number): Promise<void> {
    await this.#database.deleteFrom('sign_in_tries').where('last_at', '<', before).execute()
    await this.#database
      .deleteFrom('sign_in_tries')
      .where('side', 'in', (rows) =>
        rows
          .selectFrom('sign_in_tries')
          .select('side')
          .orderBy('last_at', 'desc')
          .orderBy('side')
          .offset(SIDES_MAX_COUNT)
          .limit(1000),
      )
      .execute()
  }
}
