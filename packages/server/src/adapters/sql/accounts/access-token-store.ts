import type { Kysely } from 'kysely'
import type { AccessTokenStore } from '../../../http/door/access.ts'
import type { Tables } from '../database.ts'

export class SqlAccessTokenStore implements AccessTokenStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async digests(): Promise<readonly string[]> {
    const rows = await this.#database.selectFrom('access_tokens').select('sha256').execute()
    return rows.map((row) => row.sha256)
  }

  async save(name: string, sha256: string, now: Date): Promise<void> {
    await this.#database
      .insertInto('access_tokens')
      .values({ name, sha256, created_at: Math.floor(now.getTime() / 1000) })
      .execute()
  }
}
