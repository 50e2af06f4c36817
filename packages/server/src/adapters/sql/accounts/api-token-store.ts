import type { Kysely, Selectable } from 'kysely'
import type { Account } from '../../../accounts/account.ts'
import type { ApiToken } from '../../../accounts/api-token.ts'
import type {
  ApiTokenQuery,
  ApiTokenStore,
  StoredApiToken,
} from '../../../accounts/api-token-store.ts'
import type { Permission } from '../../../accounts/permission.ts'
import { EVERYWHERE } from '../../../accounts/rights.ts'
import type { Tables } from '../database.ts'
import { about, worded } from '../worded-query.ts'
import { ACCOUNT_BESIDE, accountBeside } from './account-store.ts'
import type { AccountTables } from './account-tables.ts'

export class SqlApiTokenStore implements ApiTokenStore {
  readonly #database: Kysely<Tables>
  /** Asked for by every request, so it is put into words once. */
  #byId: ReturnType<typeof byId> | undefined

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add({ token, sha256 }: StoredApiToken): Promise<void> {
    await this.#database
      .insertInto('api_tokens')
      .values({
        ...{ id: token.id, account: token.account, sha256, name: token.name },
        parent: token.parent ?? null,
        scopes: JSON.stringify(token.scopes),
        product: token.product,
        created_at: token.createdAt,
        created_by: token.createdBy,
        expires_at: token.expiresAt,
        last_used_at: token.lastUsedAt ?? null,
      })
      .execute()
  }

  async find(id: string): Promise<(StoredApiToken & { readonly account: Account }) | undefined> {
    this.#byId ??= byId(this.#database)
    const { rows } = await this.#database.executeQuery(about(this.#byId, id))
    const [row] = rows
    if (row === undefined) return undefined
    return { token: tokenOf(row), sha256: row.sha256, account: accountBeside(row) }
  }

  async list({ account, products, after, limit }: ApiTokenQuery): Promise<readonly ApiToken[]> {
    let query = this.#database.selectFrom('api_tokens').selectAll().orderBy('id').limit(limit)
    if (account !== undefined) query = query.where('account', '=', account)
    if (products !== undefined) query = query.where('product', 'in', [...products, EVERYWHERE])
    if (after !== undefined) query = query.where('id', '>', after)
    return (await query.execute()).map(tokenOf)
  }

  async count(account: string): Promise<number> {
    const { count } = await this.#database
      .selectFrom('api_tokens')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account', '=', account)
      .executeTakeFirstOrThrow()
    return count
  }

  async used(id: string, at: number): Promise<void> {
    await this.#database
      .updateTable('api_tokens')
      .set({ last_used_at: at })
      .where('id', '=', id)
      .execute()
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#database
      .deleteFrom('api_tokens')
      .where('id', '=', id)
      .executeTakeFirst()
    return removed.numDeletedRows === 1n
  }

  async sweep(endedBefore: number): Promise<void> {
    await this.#database.deleteFrom('api_tokens').where('expires_at', '<', endedBefore).execute()
  }

  async removeAll(account: string): Promise<void> {
    await this.#database.deleteFrom('api_tokens').where('account', '=', account).execute()
  }
}

function byId(database: Kysely<Tables>) {
  return worded(
    database
      .selectFrom('api_tokens')
      .innerJoin('accounts', 'accounts.id', 'api_tokens.account')
      .selectAll('api_tokens')
      .select(ACCOUNT_BESIDE)
      .where('api_tokens.id', '=', ''),
  )
}

function tokenOf(row: Selectable<AccountTables['api_tokens']>): ApiToken {
  return {
    ...{ id: row.id, account: row.account, name: row.name, product: row.product },
    scopes: JSON.parse(row.scopes) as Permission[],
    parent: row.parent ?? undefined,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at ?? undefined,
  }
}
