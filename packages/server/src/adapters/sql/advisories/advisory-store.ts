import type { AdvisoryContent } from '@fleetward/vulnerability'
import type { Kysely, Selectable } from 'kysely'
import type { Advisory, CsafFile, Hold, PublishedCsaf } from '../../../advisories/advisory.ts'
import type { AdvisoryQuery, AdvisoryStore } from '../../../advisories/advisory-store.ts'
import type { Tables } from '../database.ts'
import { olderThan } from '../newest-first.ts'

type Row = Selectable<Tables['advisories']>
type FileRow = Selectable<Tables['csaf_documents']>

/** All columns but what is long. */
const HEAD = [
  ...(['kind', 'tracking_id', 'version', 'product', 'at', 'first_at', 'file', 'title'] as const),
  ...(['summary', 'change', 'withdrawn_because', 'content', 'sha256', 'sha512'] as const),
  ...(['signed_by', 'published_by'] as const),
] as const

export class SqlAdvisoryStore implements AdvisoryStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async lastSerial(year: number): Promise<number> {
    const row = await this.#database
      .selectFrom('advisories')
      .select(({ fn }) => fn.max('serial').as('serial'))
      .where('year', '=', year)
      .executeTakeFirst()
    return Number(row?.serial ?? 0)
  }

  async add(advisory: Omit<Advisory, 'number'>): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('advisories')
      .values(rowOf(advisory))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows !== 1n) return false
    await this.#link(advisory)
    return true
  }

  async find(product: string, id: string): Promise<Advisory | undefined> {
    const row = await this.#advisories()
      .where('product', '=', product)
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? undefined : (await this.#withReports([row]))[0]
  }

  async list(query: AdvisoryQuery): Promise<readonly Advisory[]> {
    const { product, withEmbargoed, states, before, limit } = query
    const rows = await this.#advisories()
      .where('product', '=', product)
      .$if(!withEmbargoed, (rows) =>
        rows.where((where) =>
          where.or([
            where('version', '>', 0),
            where.not(
              where.exists(
                where
                  .selectFrom('advisory_reports')
                  .innerJoin(
                    'disclosure_reports',
                    'disclosure_reports.id',
                    'advisory_reports.report',
                  )
                  .select('advisory_reports.report')
                  .whereRef('advisory_reports.advisory', '=', 'advisories.id')
                  .where('disclosure_reports.is_embargoed', '=', 1),
              ),
            ),
          ]),
        ),
      )
      .$if(states !== undefined, (rows) => rows.where('state', 'in', [...(states ?? [])]))
      .$if(before !== undefined, (rows) => rows.where(olderThan('advisories', before ?? '')))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return this.#withReports(rows)
  }

  async replace(revision: number, advisory: Advisory): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('advisories')
      .set(rowOf(advisory))
      .where('id', '=', advisory.id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) return false
    await this.#database
      .deleteFrom('advisory_reports')
      .where('advisory', '=', advisory.id)
      .execute()
    await this.#link(advisory)
    return true
  }

  async isEmbargoed(id: string): Promise<boolean> {
    const row = await this.#database
      .selectFrom('advisory_reports')
      .innerJoin('disclosure_reports', 'disclosure_reports.id', 'advisory_reports.report')
      .select('advisory_reports.report')
      .where('advisory_reports.advisory', '=', id)
      .where('disclosure_reports.is_embargoed', '=', 1)
      .executeTakeFirst()
    return row !== undefined
  }

  async remove(id: string): Promise<void> {
    await this.#database.deleteFrom('advisory_reports').where('advisory', '=', id).execute()
    await this.#database.deleteFrom('advisories').where('id', '=', id).execute()
  }

  async holdsOver(now: number, limit: number): Promise<readonly Advisory[]> {
    const rows = await this.#advisories()
      .where('state', '=', 'held')
      .where('hold_until', '<=', now)
      .orderBy('number')
      .limit(limit)
      .execute()
    return this.#withReports(rows)
  }

  async scheduled(limit: number, after = 0): Promise<readonly Advisory[]> {
    const rows = await this.#advisories()
      .where('state', '=', 'scheduled')
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
    return this.#withReports(rows)
  }

  async publish(file: CsafFile): Promise<boolean> {
    await this.#database
      .updateTable('csaf_documents')
      .set({ is_current: 0 })
      .where('tracking_id', '=', file.trackingId)
      .where('version', '<', file.version)
      .execute()
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('csaf_documents')
      .values(fileRowOf(file))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  async current({
    product,
    kind,
    limit,
  }: Parameters<AdvisoryStore['current']>[0] = {}): Promise<readonly PublishedCsaf[]> {
    const rows = await this.#database
      .selectFrom('csaf_documents')
      .select(HEAD)
      .where('is_current', '=', 1)
      .$if(product !== undefined, (query) => query.where('product', '=', product ?? ''))
      .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? 'advisory'))
      .orderBy('at', 'desc')
      .orderBy('number', 'desc')
      .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
      .execute()
    return rows.map(headOf)
  }

  async lastPublication(): Promise<number> {
    const row = await this.#database
      .selectFrom('csaf_documents')
      .select(({ fn }) => fn.max('number').as('number'))
      .executeTakeFirst()
    return Number(row?.number ?? 0)
  }

  async file(file: string): Promise<CsafFile | undefined> {
    const row = await this.#files()
      .where('file', '=', file)
      .where('is_current', '=', 1)
      .executeTakeFirst()
    return row && fileOf(row)
  }

  async document(trackingId: string, version?: number): Promise<CsafFile | undefined> {
    const row = await this.#files()
      .where('tracking_id', '=', trackingId)
      .$if(version === undefined, (query) => query.where('is_current', '=', 1))
      .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
      .executeTakeFirst()
    return row && fileOf(row)
  }

  async versions(trackingId: string): Promise<readonly PublishedCsaf[]> {
    const rows = await this.#database
      .selectFrom('csaf_documents')
      .select(HEAD)
      .where('tracking_id', '=', trackingId)
      .orderBy('version')
      .execute()
    return rows.map(headOf)
  }

  async resign(trackingId: string, signature: string, signedBy: string): Promise<void> {
    await this.#database
      .updateTable('csaf_documents')
      .set({ signature, signed_by: signedBy })
      .where('tracking_id', '=', trackingId)
      .where('is_current', '=', 1)
      .execute()
  }

  published(product: string): Promise<readonly PublishedCsaf[]> {
    return this.current({ product, kind: 'advisory' })
  }

  async #link({ id, reports }: Pick<Advisory, 'id' | 'reports'>): Promise<void> {
    if (reports.length === 0) return
    await this.#database
      .insertInto('advisory_reports')
      .values(reports.map((report) => ({ advisory: id, report })))
      .execute()
  }

  async #withReports(rows: readonly Row[]): Promise<readonly Advisory[]> {
    if (rows.length === 0) return []
    const links = await this.#database
      .selectFrom('advisory_reports')
      .selectAll()
      .where(
        'advisory',
        'in',
        rows.map(({ id }) => id),
      )
      .orderBy('report')
      .execute()
    const byAdvisory = Map.groupBy(links, ({ advisory }) => advisory)
    return rows.map((row) =>
      advisoryOf(
        row,
        (byAdvisory.get(row.id) ?? []).map(({ report }) => report),
      ),
    )
  }

  #advisories() {
    return this.#database.selectFrom('advisories').selectAll()
  }

  #files() {
    return this.#database.selectFrom('csaf_documents').selectAll()
  }
}

function advisoryOf(row: Row, reports: readonly string[]): Advisory {
  return {
    ...{ number: row.number, id: row.id, year: row.year, serial: row.serial, reports },
    ...{ product: row.product, state: row.state, stateAt: row.state_at },
    finding: row.finding ?? undefined,
    content: JSON.parse(row.content) as AdvisoryContent,
    hold: row.hold === null ? undefined : (JSON.parse(row.hold) as Hold),
    ...{ version: row.version, publishedAt: row.published_at ?? undefined },
    ...{ createdAt: row.created_at, createdBy: row.created_by },
    ...{ changedAt: row.changed_at, changedBy: row.changed_by, revision: row.revision },
  }
}

function rowOf(advisory: Omit<Advisory, 'number'>) {
  const { id, year, serial, product, state, hold, version, revision } = advisory
  return {
    ...{ id, year, serial, product, state, version, revision, state_at: advisory.stateAt },
    ...{ finding: advisory.finding ?? null, content: JSON.stringify(advisory.content) },
    hold: hold === undefined ? null : JSON.stringify(hold),
    // Whoever was reminded is not reminded again.
    hold_until: hold === undefined || hold.toldAt !== undefined ? null : hold.until,
    ...{ published_at: advisory.publishedAt ?? null, created_at: advisory.createdAt },
    ...{ created_by: advisory.createdBy, changed_at: advisory.changedAt },
    changed_by: advisory.changedBy,
  }
}

function headOf(row: Pick<FileRow, (typeof HEAD)[number]>): PublishedCsaf {
  return {
    ...{ kind: row.kind, trackingId: row.tracking_id, version: row.version, product: row.product },
    ...{ at: row.at, firstAt: row.first_at, file: row.file, title: row.title },
    ...{ summary: row.summary, change: row.change, sha256: row.sha256, sha512: row.sha512 },
    withdrawnBecause: row.withdrawn_because ?? undefined,
    content: row.content === null ? undefined : (JSON.parse(row.content) as AdvisoryContent),
    ...{ signedBy: row.signed_by, publishedBy: row.published_by },
  }
}

function fileOf(row: FileRow): CsafFile {
  return { ...headOf(row), document: row.document, signature: row.signature }
}

function fileRowOf(file: CsafFile) {
  const { kind, version, product, at, title, summary, change, document, signature } = file
  return {
    ...{ kind, version, product, at, title, summary, change, document, signature },
    ...{ tracking_id: file.trackingId, is_current: 1, first_at: file.firstAt, file: file.file },
    withdrawn_because: file.withdrawnBecause ?? null,
    content: file.content === undefined ? null : JSON.stringify(file.content),
    ...{ sha256: file.sha256, sha512: file.sha512, signed_by: file.signedBy },
    published_by: file.publishedBy,
  }
}
