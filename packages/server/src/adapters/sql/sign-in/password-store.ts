import type { Kysely } from 'kysely'
import type { PasswordStore, PasswordWay } from '../../../sign-in/password/password-store.ts'
import type { Tables } from '../database.ts'

export class SqlPasswordStore implements PasswordStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(account: string): Promise<PasswordWay | undefined> {
    const row = await this.#database
      .selectFrom('passwords')
      .selectAll()
      .where('account', '=', account)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { hash, sealed_seed: sealedSeed, last_step: lastStep, changed_at: changedAt } = row
    return { account, hash, sealedSeed, lastStep, changedAt }
  }

  async save({ account, hash, sealedSeed, lastStep, changedAt }: PasswordWay): Promise<void> {
    const values = { hash, sealed_seed: sealedSeed, last_step: lastStep, changed_at: changedAt }
    await this.#database
      .insertInto('passwords')
      .values({ account, ...values })
      .onConflict((conflict) => conflict.column('account').doUpdateSet(values))
      .execute()
  }

  async upgradeHash(account: string, from: string, to: string): Promise<void> {
    await this.#database
      .updateTable('passwords')
      .set({ hash: to })
      .where('account', '=', account)
      .where('hash', '=', from)
      .execute()
  }

  async useStep(account: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('passwords')
      .set({ last_step: step })
      .where('account', '=', account)
      .where('last_step', '<', step)
      .executeTakeFirst()
    return Number(numUpdatedRows) === 1
  }

  async remove(account: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('passwords')
      .where('account', '=', account)
      .executeTakeFirst()
    return Number(numDeletedRows) === 1
  }
}
