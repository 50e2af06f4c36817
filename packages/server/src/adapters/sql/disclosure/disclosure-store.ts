import type { Expression, ExpressionBuilder, Kysely, Selectable, SqlBool } from 'kysely'
import type {
  DisclosureSettings,
  KeptDisclosureSettings,
} from '../../../disclosure/disclosure-settings.ts'
import type {
  DisclosureStore,
  InProducts,
  LastSaid,
  ReportQuery,
} from '../../../disclosure/disclosure-store.ts'
import type { Report, ReportEntry } from '../../../disclosure/report.ts'
import type { Tables } from '../database.ts'
import { olderThan } from '../newest-first.ts'

type Row = Selectable<Tables['disclosure_reports']>
type EntryRow = Selectable<Tables['disclosure_entries']>
type Where = ExpressionBuilder<Tables, 'disclosure_reports'>

export class SqlDisclosureStore implements DisclosureStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async settings(): Promise<KeptDisclosureSettings | undefined> {
    const row = await this.#database
      .selectFrom('disclosure_settings')
      .selectAll()
      .executeTakeFirst()
    if (row === undefined) return undefined
    const settings = JSON.parse(row.value) as DisclosureSettings
    return { settings, revision: row.revision, expiresAt: row.expires_at }
  }

  async saveSettings(before: number, kept: KeptDisclosureSettings): Promise<boolean> {
    const { settings, revision, expiresAt } = kept
    const values = { value: JSON.stringify(settings), revision, expires_at: expiresAt }
    if (before === 0) {
      const { numInsertedOrUpdatedRows } = await this.#database
        .insertInto('disclosure_settings')
        .values({ id: 1, ...values })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    }
    const { numUpdatedRows } = await this.#database
      .updateTable('disclosure_settings')
      .set(values)
      .where('revision', '=', before)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async renew(expiresAt: number): Promise<void> {
    await this.#database
      .updateTable('disclosure_settings')
      .set({ expires_at: expiresAt })
      .where('expires_at', '<', expiresAt)
      .execute()
  }

  async add(report: Omit<Report, 'number'>): Promise<void> {
    await this.#database.insertInto('disclosure_reports').values(rowOf(report)).execute()
  }

  async find(id: string): Promise<Report | undefined> {
    const row = await this.#reports().where('id', '=', id).executeTakeFirst()
    return row && reportOf(row)
  }

  async list({ all, open, state, before, limit }: ReportQuery): Promise<readonly Report[]> {
    const rows = await this.#reports()
      .where((where) =>
        where.or([
          inProducts(where, all),
          where.and([inProducts(where, open), where('is_embargoed', '=', 0)]),
        ]),
      )
      .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'received'))
      .$if(before !== undefined, (query) =>
        query.where(olderThan('disclosure_reports', before ?? '')),
      )
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(reportOf)
  }

  async replace(revision: number, report: Report): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('disclosure_reports')
      .set(rowOf(report))
      .where('id', '=', report.id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async remove(id: string): Promise<void> {
    await this.#database.deleteFrom('disclosure_entries').where('report', '=', id).execute()
    await this.#database.deleteFrom('disclosure_reports').where('id', '=', id).execute()
  }

  async countSince(at: number): Promise<number> {
    const { count } = await this.#database
      .selectFrom('disclosure_reports')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('received_at', '>=', at)
      .executeTakeFirstOrThrow()
    return count
  }

  async overdue(now: number, limit: number): Promise<readonly Report[]> {
    const rows = await this.#reports()
      .where('state', 'in', ['received', 'acknowledged'])
      .where((where) =>
        where.or([
          where.and([
            where('state', '=', 'received'),
            where('acknowledge_by', '<', now),
            where('told', 'is', null),
          ]),
          where.and([
            where('assess_by', '<', now),
            where.or([where('told', 'is', null), where('told', '=', 'acknowledgement')]),
          ]),
        ]),
      )
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map(reportOf)
  }

  async thanks(limit: number): Promise<readonly { readonly name: string; readonly at: number }[]> {
    const rows = await this.#reports()
      .where('credit_name', '!=', '')
      .where('is_embargoed', '=', 0)
      .where((where) =>
        where.exists(
          where
            .selectFrom('disclosure_entries as judged')
            .select('judged.number')
            .whereRef('judged.report', '=', 'disclosure_reports.id')
            .where('judged.kind', '=', 'state')
            .where('judged.content', '=', 'published')
            // What was opened again and found to be nothing is not thanked for.
            .where((later) =>
              later.not(
                later.exists(
                  later
                    .selectFrom('disclosure_entries as after')
                    .select('after.number')
                    .whereRef('after.report', '=', 'judged.report')
                    .whereRef('after.number', '>', 'judged.number')
                    .where('after.kind', '=', 'state')
                    .where('after.content', 'in', ['invalid', 'duplicate']),
                ),
              ),
            ),
        ),
      )
      .where('state', 'in', ['published', 'closed'])
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ credit_name, received_at }) => ({ name: credit_name, at: received_at }))
  }

  async addEntry({ report, at, kind, by, text }: Omit<ReportEntry, 'number'>): Promise<void> {
    await this.#database
      .insertInto('disclosure_entries')
      .values({ report, at, kind, said_by: by ?? null, content: text })
      .execute()
  }

  async entries(report: string, limit: number): Promise<readonly ReportEntry[]> {
    const rows = await this.#database
      .selectFrom('disclosure_entries')
      .selectAll()
      .where('report', '=', report)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(entryOf).reverse()
  }

  async lastSaid(reports: readonly string[]): Promise<ReadonlyMap<string, LastSaid>> {
    if (reports.length === 0) return new Map()
    const rows = await this.#database
      .selectFrom('disclosure_entries')
      .select(['report', 'at', 'kind'])
      .where('number', 'in', (entries) =>
        entries
          .selectFrom('disclosure_entries')
          .select((row) => row.fn.max('number').as('number'))
          .where('report', 'in', [...reports])
          .where('kind', 'in', ['reporter', 'answer'])
          .groupBy('report'),
      )
      .execute()
    return new Map(
      rows.map(({ report, at, kind }) => [report, { at, isReporters: kind === 'reporter' }]),
    )
  }

  async countMessages(since: number, report?: string): Promise<number> {
    const { count } = await this.#database
      .selectFrom('disclosure_entries')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('kind', '=', 'reporter')
      .where('at', '>=', since)
      .$if(report !== undefined, (query) => query.where('report', '=', report ?? ''))
      .executeTakeFirstOrThrow()
    return count
  }

  async countEntries(report: string): Promise<number> {
    const { count } = await this.#database
      .selectFrom('disclosure_entries')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('report', '=', report)
      .executeTakeFirstOrThrow()
    return count
  }

  #reports() {
    return this.#database.selectFrom('disclosure_reports').selectAll()
  }
}

function inProducts(where: Where, products: InProducts): Expression<SqlBool> {
  if (products === '*') return where.lit(true)
  return products.length === 0 ? where.lit(false) : where('product', 'in', [...products])
}

function reportOf(row: Row): Report {
  return {
    ...{ number: row.number, id: row.id, sha256: row.sha256, receivedAt: row.received_at },
    ...{ state: row.state, stateAt: row.state_at, title: row.title, text: row.content },
    ...{ affected: row.affected, version: row.version, reporter: row.reporter },
    ...{ contact: row.contact, creditName: row.credit_name, product: row.product ?? undefined },
    ...{ assignee: row.assignee ?? undefined, duplicateOf: row.duplicate_of ?? undefined },
    mailLanguage: row.mail_language || undefined,
    ...{ isEmbargoed: row.is_embargoed === 1, acknowledgeBy: row.acknowledge_by },
    ...{ assessBy: row.assess_by, told: row.told ?? undefined, revision: row.revision },
  }
}

function rowOf(report: Omit<Report, 'number'>) {
  const { id, sha256, state, title, affected, version, reporter, contact, revision } = report
  return {
    ...{ id, sha256, state, title, affected, version, reporter, contact, revision },
    ...{ received_at: report.receivedAt, state_at: report.stateAt, content: report.text },
    mail_language: report.mailLanguage ?? ('' as const),
    ...{ credit_name: report.creditName, product: report.product ?? null },
    ...{ assignee: report.assignee ?? null, duplicate_of: report.duplicateOf ?? null },
    ...{ is_embargoed: report.isEmbargoed ? 1 : 0, acknowledge_by: report.acknowledgeBy },
    ...{ assess_by: report.assessBy, told: report.told ?? null },
  }
}

function entryOf({ number, report, at, kind, said_by, content }: EntryRow): ReportEntry {
  return { number, report, at, kind, by: said_by ?? undefined, text: content }
}
