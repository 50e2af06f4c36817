import type { Kysely, Selectable } from 'kysely'
import type { ManifestStore, SignedManifest } from '../../publishing/manifest-store.ts'
import type { CoreTables } from './core-tables.ts'
import type { Tables } from './database.ts'

export class SqlManifestStore implements ManifestStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(audience: string): Promise<string | undefined> {
    return (await this.last(audience))?.token
  }

  async last(audience: string): Promise<SignedManifest | undefined> {
    const row = await this.#select().where('audience', '=', audience).executeTakeFirst()
    return row && manifestOf(row)
  }

  async all(): Promise<readonly SignedManifest[]> {
    return (await this.#select().execute()).map(manifestOf)
  }

  async devicesOf(product: string, cohort: string): Promise<readonly string[]> {
    // A cohort may have a million devices, and few of them a manifest of their own: those are looked at.
    const own = await this.#database
      .selectFrom('manifests')
      .select('audience')
      .where('product', '=', product)
      .where('audience', 'like', `${product}/devices/%`)
      .execute()
    if (own.length === 0) return []
    const rows = await this.#database
      .selectFrom('devices')
      .select('id')
      .where('product', '=', product)
      .where('cohort', '=', cohort)
      .where(
        'id',
        'in',
        own.map(({ audience }) => audience.slice(`${product}/devices/`.length)),
      )
      .execute()
    return rows.map(({ id }) => id)
  }

  async save(manifest: SignedManifest): Promise<void> {
    const { audience, product, topic, seq, token, offers, issuedAt } = manifest
    const columns = { product, topic, seq, token, offers, issued_at: issuedAt, published_seq: 0 }
    await this.#database
      .insertInto('manifests')
      .values({ audience, ...columns })
      .onConflict((conflict) => conflict.column('audience').doUpdateSet(columns))
      .execute()
  }

  async unpublished(): Promise<readonly SignedManifest[]> {
    const rows = await this.#select().whereRef('published_seq', '<', 'seq').execute()
    return rows.map(manifestOf)
  }

  async markPublished(audience: string, seq: number): Promise<void> {
    await this.#database
      .updateTable('manifests')
      .set({ published_seq: seq })
      .where('audience', '=', audience)
      // A newer one that was signed meanwhile is not published yet.
      .where('seq', '=', seq)
      .execute()
  }

  async forgetPublished(): Promise<void> {
    await this.#database.updateTable('manifests').set({ published_seq: 0 }).execute()
  }

  #select() {
    return this.#database.selectFrom('manifests').selectAll().orderBy('audience')
  }
}

function manifestOf(row: Selectable<CoreTables['manifests']>): SignedManifest {
  const { audience, product, topic, seq, token, offers } = row
  return { audience, product, topic, seq, token, offers, issuedAt: row.issued_at }
}
