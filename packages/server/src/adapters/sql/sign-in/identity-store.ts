import type { Kysely, Selectable } from 'kysely'
import type { CompanyIdentity, IdentityStore } from '../../../sign-in/company/identity-store.ts'
import type { Tables } from '../database.ts'

export class SqlIdentityStore implements IdentityStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(issuer: string, subject: string): Promise<CompanyIdentity | undefined> {
    const row = await this.#database
      .selectFrom('company_identities')
      .selectAll()
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst()
    return row && identityOf(row)
  }

  async ofAccount(account: string): Promise<readonly CompanyIdentity[]> {
    const rows = await this.#database
      .selectFrom('company_identities')
      .selectAll()
      .where('account', '=', account)
      .orderBy('linked_at')
      .execute()
    return rows.map(identityOf)
  }

  async add({ issuer, subject, account, linkedAt }: CompanyIdentity): Promise<boolean> {
    const { numInsertedOrUpdatedRows: added } = await this.#database
      .insertInto('company_identities')
      .values({ issuer, subject, account, linked_at: linkedAt })
      .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
      .executeTakeFirst()
    return Number(added) === 1
  }

  async remove(account: string, issuer: string, subject: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('company_identities')
      .where('account', '=', account)
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst()
    return Number(numDeletedRows) === 1
  }
}

function identityOf(row: Selectable<Tables['company_identities']>): CompanyIdentity {
  const { issuer, subject, account, linked_at: linkedAt } = row
  return { issuer, subject, account, linkedAt }
}
