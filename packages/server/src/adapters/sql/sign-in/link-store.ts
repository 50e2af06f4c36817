import type { Kysely } from 'kysely'
import type { LinkStore, OneTimeLink } from '../../../sign-in/link-store.ts'
import type { Tables } from '../database.ts'

export class SqlLinkStore implements LinkStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add({ id, sha256, account, expiresAt }: OneTimeLink): Promise<void> {
    await this.#database
      .insertInto('one_time_links')
      .values({ id, sha256, account: account ?? null, expires_at: expiresAt })
      .execute()
  }

  async find(id: string): Promise<OneTimeLink | undefined> {
    const row = await this.#database
      .selectFrom('one_time_links')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { sha256, account, expires_at: expiresAt } = row
    return { id, sha256, account: account ?? undefined, expiresAt }
  }

  async removeFor(account: string | undefined): Promise<void> {
    const remove = this.#database.deleteFrom('one_time_links')
    await (account === undefined
      ? remove.where('account', 'is', null)
      : remove.where('account', '=', account)
    ).execute()
  }

  async removeExpired(now: number): Promise<void> {
    await this.#database.deleteFrom('one_time_links').where('expires_at', '<=', now).execute()
  }
}
