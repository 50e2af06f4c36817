import type { Kysely } from 'kysely'
import type { Listed } from '../../../server-keys/key-ring.ts'
import type { KeyPurpose, ServerKey } from '../../../server-keys/server-key.ts'
import type { ServerKeyStore } from '../../../server-keys/server-key-store.ts'
import type { Tables } from '../database.ts'

type KeyName = Pick<ServerKey, 'purpose' | 'product' | 'id'>

export class SqlServerKeyStore implements ServerKeyStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async ring(purpose: KeyPurpose, product: string): Promise<readonly ServerKey[]> {
    const rows = await this.#database
      .selectFrom('server_keys')
      .select(['id', 'public', 'sealed', 'created_at', 'leaves_at'])
      .where('purpose', '=', purpose)
      .where('product', '=', product)
      .orderBy('number')
      .execute()
    return rows.map(({ created_at, leaves_at, ...row }) => ({
      ...{ ...row, purpose, product, createdAt: created_at },
      leavesAt: leaves_at ?? undefined,
    }))
  }

  async add({ createdAt, leavesAt, ...key }: ServerKey): Promise<void> {
    await this.#database
      .insertInto('server_keys')
      .values({ ...key, created_at: createdAt, leaves_at: leavesAt ?? null })
      .execute()
  }

  async replacePublic(key: KeyName, text: string): Promise<void> {
    await this.#named(key).set({ public: text }).execute()
  }

  async setLeaving(key: KeyName, at: number): Promise<void> {
    await this.#named(key).set({ leaves_at: at }).execute()
  }

  async remove({ purpose, product, id }: KeyName): Promise<void> {
    await this.#database
      .deleteFrom('server_keys')
      .where('purpose', '=', purpose)
      .where('product', '=', product)
      .where('id', '=', id)
      .execute()
  }

  async listed(product: string, purpose: KeyPurpose): Promise<Listed> {
    const rows = await this.#database
      .selectFrom('listed_keys')
      .select('id')
      .where('product', '=', product)
      .where('purpose', '=', purpose)
      .execute()
    return new Set(rows.map(({ id }) => id))
  }

  async setListed(product: string, purpose: KeyPurpose, ids: Listed): Promise<void> {
    await this.#database
      .deleteFrom('listed_keys')
      .where('product', '=', product)
      .where('purpose', '=', purpose)
      .execute()
    if (ids.size === 0) return
    await this.#database
      .insertInto('listed_keys')
      .values([...ids].map((id) => ({ product, purpose, id })))
      .execute()
  }

  async devicesOf(authority: string, now: number): Promise<number> {
    const { count } = await this.#database
      .selectFrom('device_certificates')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('issuer', '=', authority)
      .where('state', 'in', ['current', 'pending'])
      .where('not_after', '>', now)
      .executeTakeFirstOrThrow()
    return count
  }

  async adoptCertificates(authority: string): Promise<void> {
    await this.#database
      .updateTable('device_certificates')
      .set({ issuer: authority })
      .where('issuer', 'is', null)
      .execute()
  }

  #named({ purpose, product, id }: KeyName) {
    return this.#database
      .updateTable('server_keys')
      .where('purpose', '=', purpose)
      .where('product', '=', product)
      .where('id', '=', id)
  }
}
