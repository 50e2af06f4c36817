import type { Kysely } from 'kysely'
import type { RecoveryCodeStore } from '../../../sign-in/password/password-store.ts'
import { alone } from '../alone.ts'
import type { Tables } from '../database.ts'

export class SqlRecoveryCodeStore implements RecoveryCodeStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async replace(account: string, digests: readonly string[]): Promise<void> {
    await alone(this.#database, async (transaction) => {
      await transaction.deleteFrom('recovery_codes').where('account', '=', account).execute()
      const rows = digests.map((sha256) => ({ account, sha256 }))
      if (rows.length > 0) await transaction.insertInto('recovery_codes').values(rows).execute()
    })
  }

  async use(account: string, digest: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('recovery_codes')
      .where('account', '=', account)
      .where('sha256', '=', digest)
      .executeTakeFirst()
    return Number(numDeletedRows) === 1
  }

  async count(account: string): Promise<number> {
    const { count } = await this.#database
      .selectFrom('recovery_codes')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('account', '=', account)
      .executeTakeFirstOrThrow()
    return count
  }
}
