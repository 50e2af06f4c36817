import type { Kysely, Selectable } from 'kysely'
import type { BuiltDossier, DossierStore, KeptDossier } from '../../../dossier/dossier-store.ts'
import type { Tables } from '../database.ts'

export class SqlDossierStore implements DossierStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async latest(product: string): Promise<KeptDossier | undefined> {
    const row = await this.#of(product).orderBy('version', 'desc').limit(1).executeTakeFirst()
    return row && dossierOf(row)
  }

  async find(product: string, version: number): Promise<KeptDossier | undefined> {
    const row = await this.#of(product).where('version', '=', version).executeTakeFirst()
    return row && dossierOf(row)
  }

  async list(
    product: string,
    { before, limit }: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly KeptDossier[]> {
    const rows = await this.#of(product)
      .$if(before !== undefined, (query) => query.where('version', '<', before ?? 0))
      .orderBy('version', 'desc')
      .limit(limit)
      .execute()
    return rows.map(dossierOf)
  }

  async begin(product: string, version: number, at: number, by: string): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('dossiers')
      .values({
        ...{ product, version, state: 'building', begun_at: at, author: by, alive_at: at },
        ...{ files_done: 0, files_in_all: 0, built: null, trouble: null },
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  progress(
    product: string,
    version: number,
    { at, done, inAll }: { readonly at: number; readonly done: number; readonly inAll: number },
  ): Promise<boolean> {
    return this.#update(product, version, { alive_at: at, files_done: done, files_in_all: inAll })
  }

  finish(product: string, version: number, at: number, built: BuiltDossier): Promise<boolean> {
    const files = { files_done: built.files, files_in_all: built.files }
    const set = { state: 'built' as const, alive_at: at, ...files, built: JSON.stringify(built) }
    return this.#update(product, version, set)
  }

  async fail(product: string, version: number, at: number, trouble: string): Promise<void> {
    await this.#update(product, version, { state: 'failed', alive_at: at, trouble })
  }

  /** Only while it is being built: what is built stays as it is. */
  async #update(
    product: string,
    version: number,
    set: Partial<Selectable<Tables['dossiers']>>,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('dossiers')
      .set(set)
      .where('product', '=', product)
      .where('version', '=', version)
      .where('state', '=', 'building')
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  #of(product: string) {
    return this.#database.selectFrom('dossiers').selectAll().where('product', '=', product)
  }
}

function dossierOf(row: Selectable<Tables['dossiers']>): KeptDossier {
  const { version, state, begun_at: begunAt, author: by, alive_at: aliveAt } = row
  return {
    ...{ version, state, begunAt, by, aliveAt },
    ...{ filesDone: row.files_done, filesInAll: row.files_in_all },
    built: row.built === null ? undefined : (JSON.parse(row.built) as BuiltDossier),
    trouble: row.trouble ?? undefined,
  }
}
