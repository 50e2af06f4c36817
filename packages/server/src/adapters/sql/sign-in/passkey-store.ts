import type { Kysely, Selectable } from 'kysely'
import type { Passkey, PasskeyStore } from '../../../sign-in/passkeys/passkey-store.ts'
import type { Tables } from '../database.ts'

export class SqlPasskeyStore implements PasskeyStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(passkey: Passkey): Promise<boolean> {
    const { id, account, name, publicKey, counter } = passkey
    const { numInsertedOrUpdatedRows: added } = await this.#database
      .insertInto('passkeys')
      .values({
        ...{ id, account, name, counter, public_key: Buffer.from(publicKey) },
        transports: JSON.stringify(passkey.transports),
        backed_up: passkey.backedUp ? 1 : 0,
        created_at: passkey.createdAt,
        last_used_at: passkey.lastUsedAt ?? null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    return Number(added) === 1
  }

  async find(id: string): Promise<Passkey | undefined> {
    const row = await this.#database
      .selectFrom('passkeys')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && passkeyOf(row)
  }

  async ofAccount(account: string): Promise<readonly Passkey[]> {
    const rows = await this.#database
      .selectFrom('passkeys')
      .selectAll()
      .where('account', '=', account)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(passkeyOf)
  }

  async used(
    id: string,
    { counter, backedUp, at }: { counter: number; backedUp: boolean; at: number },
  ): Promise<void> {
    await this.#database
      .updateTable('passkeys')
      .set({ counter, backed_up: backedUp ? 1 : 0, last_used_at: at })
      .where('id', '=', id)
      .execute()
  }

  async rename(account: string, id: string, name: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('passkeys')
      .set({ name })
      .where('account', '=', account)
      .where('id', '=', id)
      .executeTakeFirst()
    return Number(numUpdatedRows) === 1
  }

  async remove(account: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('passkeys')
      .where('account', '=', account)
      .where('id', '=', id)
      .executeTakeFirst()
    return Number(numDeletedRows) === 1
  }
}

function passkeyOf(row: Selectable<Tables['passkeys']>): Passkey {
  const { id, account, name, counter } = row
  return {
    ...{ id, account, name, counter, publicKey: new Uint8Array(row.public_key) },
    transports: JSON.parse(row.transports),
    backedUp: row.backed_up === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
  }
}
