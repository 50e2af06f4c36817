import type { Kysely } from 'kysely'
import type { KeptRecord, RecordKind, RecordKinds, RecordRevision } from '../../../law/record.ts'
import type { RecordStore } from '../../../law/record-store.ts'
import type { Tables } from '../database.ts'

export class SqlRecordStore implements RecordStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find<Kind extends RecordKind>(
    product: string,
    kind: Kind,
    id: string,
  ): Promise<KeptRecord<Kind> | undefined> {
    const row = await this.#now(product, kind)
      .where('product_records.id', '=', id)
      .executeTakeFirst()
    return row && keptOf<Kind>(row)
  }

  async list<Kind extends RecordKind>(
    product: string,
    kind: Kind,
    { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly KeptRecord<Kind>[]> {
    const rows = await this.#now(product, kind)
      .$if(after !== undefined, (query) => query.where('product_records.id', '>', after ?? ''))
      .orderBy('product_records.id')
      .limit(limit)
      .execute()
    return rows.map((row) => keptOf<Kind>(row))
  }

  async count(product: string, kind: RecordKind): Promise<number> {
    const { count } = await this.#database
      .selectFrom('product_records')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('product', '=', product)
      .where('kind', '=', kind)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  async countRevisions(kind: RecordKind): Promise<number> {
    const { count } = await this.#database
      .selectFrom('product_record_revisions')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('kind', '=', kind)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  async revisions<Kind extends RecordKind>(
    product: string,
    kind: Kind,
    id: string,
    { before, limit }: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly RecordRevision<Kind>[]> {
    const rows = await this.#database
      .selectFrom('product_record_revisions')
      .selectAll()
      .where('product', '=', product)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .$if(before !== undefined, (query) => query.where('revision', '<', before ?? 0))
      .orderBy('revision', 'desc')
      .limit(limit)
      .execute()
    return rows.map((row) => revisionOf<Kind>(row))
  }

  async add<Kind extends RecordKind>(
    product: string,
    kind: Kind,
    { id, revision, at, by, content }: RecordRevision<Kind>,
  ): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('product_record_revisions')
      .values({
        ...{ product, kind, id, revision, at, author: by },
        content: content === undefined ? null : JSON.stringify(content),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows !== 1n) return false
    if (content === undefined) {
      await this.#database
        .deleteFrom('product_records')
        .where('product', '=', product)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .execute()
      return true
    }
    await this.#database
      .insertInto('product_records')
      .values({ product, kind, id, revision })
      .onConflict((conflict) =>
        conflict.columns(['product', 'kind', 'id']).doUpdateSet({ revision }),
      )
      .execute()
    return true
  }

  #now(product: string, kind: RecordKind) {
    return this.#database
      .selectFrom('product_records')
      .innerJoin('product_record_revisions', (join) =>
        join
          .onRef('product_record_revisions.product', '=', 'product_records.product')
          .onRef('product_record_revisions.kind', '=', 'product_records.kind')
          .onRef('product_record_revisions.id', '=', 'product_records.id')
          .onRef('product_record_revisions.revision', '=', 'product_records.revision'),
      )
      .selectAll('product_record_revisions')
      .where('product_records.product', '=', product)
      .where('product_records.kind', '=', kind)
  }
}

interface Row {
  readonly id: string
  readonly revision: number
  readonly at: number
  readonly author: string
  readonly content: string | null
}

function revisionOf<Kind extends RecordKind>(row: Row): RecordRevision<Kind> {
  const { id, revision, at, author: by, content } = row
  return { id, revision, at, by, content: content === null ? undefined : JSON.parse(content) }
}

function keptOf<Kind extends RecordKind>(row: Row): KeptRecord<Kind> {
  const { content, ...revision } = revisionOf<Kind>(row)
  return { ...revision, content: content as RecordKinds[Kind] }
}
