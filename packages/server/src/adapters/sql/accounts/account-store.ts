import { type Kysely, type Selectable, sql } from 'kysely'
import type { Account, AccountGrant } from '../../../accounts/account.ts'
import type { AccountQuery, AccountStore } from '../../../accounts/account-store.ts'
import type { Role } from '../../../accounts/permission.ts'
import { EVERYWHERE } from '../../../accounts/rights.ts'
import { alone } from '../alone.ts'
import type { Tables } from '../database.ts'
import type { AccountTables } from './account-tables.ts'

export class SqlAccountStore implements AccountStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(id: string): Promise<Account | undefined> {
    const row = await this.#database
      .selectFrom('accounts')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && accountOf(row)
  }

  async findByLogin(login: string): Promise<Account | undefined> {
    const row = await this.#database
      .selectFrom('accounts')
      .selectAll()
      .where('login', '=', login)
      .executeTakeFirst()
    return row && accountOf(row)
  }

  async list({ after, limit, kind, owner, products }: AccountQuery): Promise<readonly Account[]> {
    let query = this.#database.selectFrom('accounts').selectAll().orderBy('id').limit(limit)
    if (after !== undefined) query = query.where('id', '>', after)
    if (kind !== undefined) query = query.where('kind', '=', kind)
    if (owner !== undefined) query = query.where('owner', '=', owner)
    if (products !== undefined) {
      query = query.where('id', 'in', (inner) =>
        inner
          .selectFrom('account_grants')
          .select('account')
          .where('product', 'in', products.length === 0 ? [''] : products),
      )
    }
    return (await query.execute()).map(accountOf)
  }

  async add(account: Account): Promise<boolean> {
    const added = await this.#database
      .insertInto('accounts')
      .values(rowOf(account))
      .onConflict((conflict) => conflict.column('login').doNothing())
      .executeTakeFirst()
    return added.numInsertedOrUpdatedRows === 1n
  }

  async replace(revision: number, account: Account): Promise<boolean> {
    return alone(this.#database, async (database) => {
      const namesake =
        account.login === undefined
          ? undefined
          : await database
              .selectFrom('accounts')
              .select('id')
              .where('login', '=', account.login)
              .where('id', '!=', account.id)
              .executeTakeFirst()
      if (namesake !== undefined) return false
      const { id, ...row } = rowOf(account)
      const replaced = await database
        .updateTable('accounts')
        .set(row)
        .where('id', '=', id)
        .where('revision', '=', revision)
        .executeTakeFirst()
      return replaced.numUpdatedRows === 1n
    })
  }

  async remove(id: string, revision: number): Promise<boolean> {
    const removed = await this.#database
      .deleteFrom('accounts')
      .where('id', '=', id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return removed.numDeletedRows === 1n
  }

  async grants(account: string): Promise<readonly AccountGrant[]> {
    const rows = await this.#database
      .selectFrom('account_grants')
      .selectAll()
      .where('account', '=', account)
      .orderBy('product')
      .orderBy('role')
      .execute()
    return rows.map((row) => ({
      ...{ account: row.account, role: row.role, product: row.product },
      ...{ grantedAt: row.granted_at, grantedBy: row.granted_by },
    }))
  }

  async grant({ account, role, product, grantedAt, grantedBy }: AccountGrant): Promise<boolean> {
    return alone(this.#database, async (database) => {
      const added = await database
        .insertInto('account_grants')
        .values({ account, role, product, granted_at: grantedAt, granted_by: grantedBy })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (added.numInsertedOrUpdatedRows !== 1n) return false
      await raiseRevision(database, account)
      return true
    })
  }

  async withdrawGrant(account: string, role: Role, product: string): Promise<boolean> {
    return alone(this.#database, async (database) => {
      const removed = await database
        .deleteFrom('account_grants')
        .where('account', '=', account)
        .where('role', '=', role)
        .where('product', '=', product)
        .executeTakeFirst()
      if (removed.numDeletedRows !== 1n) return false
      await raiseRevision(database, account)
      return true
    })
  }

  async administrators(): Promise<readonly Account[]> {
    const rows = await this.#database
      .selectFrom('accounts')
      .innerJoin('account_grants', 'account_grants.account', 'accounts.id')
      .selectAll('accounts')
      .where('account_grants.role', '=', 'administrator')
      .where('account_grants.product', '=', EVERYWHERE)
      .where('accounts.kind', '=', 'person')
      .where('accounts.disabled_at', 'is', null)
      // The sealed way in is nobody who could be asked.
      .where('accounts.break_glass', '=', 0)
      .orderBy('accounts.id')
      .execute()
    return rows.map(accountOf)
  }
}

async function raiseRevision(database: Kysely<Tables>, account: string): Promise<void> {
  await database
    .updateTable('accounts')
    .set({ revision: sql`revision + 1` })
    .where('id', '=', account)
    .execute()
}

function accountOf(row: Selectable<AccountTables['accounts']>): Account {
  return {
    ...{ id: row.id, kind: row.kind, name: row.name, revision: row.revision },
    login: row.login ?? undefined,
    owner: row.owner ?? undefined,
    breakGlass: row.break_glass === 1,
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
  }
}

/** An account in the row of what belongs to it: one question for what every request asks. */
export const ACCOUNT_BESIDE = [
  'accounts.id as account_id',
  'accounts.kind as account_kind',
  'accounts.login as account_login',
  'accounts.name as account_name',
  'accounts.owner as account_owner',
  'accounts.break_glass as account_break_glass',
  'accounts.created_at as account_created_at',
  'accounts.disabled_at as account_disabled_at',
  'accounts.revision as account_revision',
] as const

type AccountBeside = {
  readonly [Column in keyof AccountTables['accounts'] as `account_${Column}`]: AccountTables['accounts'][Column]
}

export function accountBeside(row: AccountBeside): Account {
  return accountOf({
    ...{ id: row.account_id, kind: row.account_kind, name: row.account_name },
    ...{ login: row.account_login, owner: row.account_owner, revision: row.account_revision },
    ...{ break_glass: row.account_break_glass, created_at: row.account_created_at },
    disabled_at: row.account_disabled_at,
  })
}

function rowOf(account: Account): AccountTables['accounts'] {
  return {
    ...{ id: account.id, kind: account.kind, name: account.name, revision: account.revision },
    login: account.login ?? null,
    owner: account.owner ?? null,
    break_glass: account.breakGlass ? 1 : 0,
    created_at: account.createdAt,
    disabled_at: account.disabledAt ?? null,
  }
}
