import type { Kysely, Selectable } from 'kysely'
import type { Account } from '../../../accounts/account.ts'
import type { Factor, Session } from '../../../accounts/session.ts'
import type { SessionStore, StoredSession } from '../../../accounts/session-store.ts'
import type { Tables } from '../database.ts'
import { about, worded } from '../worded-query.ts'
import { ACCOUNT_BESIDE, accountBeside } from './account-store.ts'
import type { AccountTables } from './account-tables.ts'

export class SqlSessionStore implements SessionStore {
  readonly #database: Kysely<Tables>
  /** Asked for by every request, so it is put into words once. */
  #byId: ReturnType<typeof byId> | undefined

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add({ session, sha256 }: StoredSession): Promise<void> {
    await this.#database
      .insertInto('sessions')
      .values({
        ...{ id: session.id, account: session.account, sha256 },
        factors: JSON.stringify(session.factors),
        opened_at: session.openedAt,
        seen_at: session.seenAt,
        proved_at: session.provedAt,
        address: session.address ?? null,
        user_agent: session.userAgent,
      })
      .execute()
  }

  async find(id: string): Promise<(StoredSession & { readonly account: Account }) | undefined> {
    this.#byId ??= byId(this.#database)
    const { rows } = await this.#database.executeQuery(about(this.#byId, id))
    const [row] = rows
    if (row === undefined) return undefined
    return { session: sessionOf(row), sha256: row.sha256, account: accountBeside(row) }
  }

  async ofAccount(account: string): Promise<readonly Session[]> {
    const rows = await this.#database
      .selectFrom('sessions')
      .selectAll()
      .where('account', '=', account)
      .orderBy('opened_at', 'desc')
      .orderBy('id')
      .execute()
    return rows.map(sessionOf)
  }

  async seen(id: string, at: number): Promise<void> {
    await this.#database
      .updateTable('sessions')
      .set({ seen_at: at })
      .where('id', '=', id)
      .where('seen_at', '<', at)
      .execute()
  }

  async proved(id: string, at: number): Promise<void> {
    await this.#database
      .updateTable('sessions')
      .set({ proved_at: at })
      .where('id', '=', id)
      .execute()
  }

  async end(id: string): Promise<boolean> {
    const ended = await this.#database
      .deleteFrom('sessions')
      .where('id', '=', id)
      .executeTakeFirst()
    return ended.numDeletedRows === 1n
  }

  async endAll(account: string, except = ''): Promise<number> {
    const ended = await this.#database
      .deleteFrom('sessions')
      .where('account', '=', account)
      .where('id', '!=', except)
      .executeTakeFirst()
    return Number(ended.numDeletedRows)
  }

  async sweep(openedBefore: number): Promise<void> {
    await this.#database.deleteFrom('sessions').where('opened_at', '<', openedBefore).execute()
  }
}

function byId(database: Kysely<Tables>) {
  return worded(
    database
      .selectFrom('sessions')
      .innerJoin('accounts', 'accounts.id', 'sessions.account')
      .selectAll('sessions')
      .select(ACCOUNT_BESIDE)
      .where('sessions.id', '=', ''),
  )
}

function sessionOf(row: Selectable<AccountTables['sessions']>): Session {
  return {
    ...{ id: row.id, account: row.account, userAgent: row.user_agent },
    factors: JSON.parse(row.factors) as Factor[],
    openedAt: row.opened_at,
    seenAt: row.seen_at,
    provedAt: row.proved_at,
    address: row.address ?? undefined,
  }
}
