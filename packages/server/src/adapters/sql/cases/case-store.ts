import type { Kysely, Selectable } from 'kysely'
import type { CaseFile, KeptEvent, RecordedFact } from '../../../cases/case-file.ts'
import type { CaseNotice } from '../../../cases/case-notice.ts'
import type { CaseQuery, CaseStore } from '../../../cases/case-store.ts'
import type { Tables } from '../database.ts'
import { olderThan } from '../newest-first.ts'

export class SqlCaseStore implements CaseStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(file: Omit<CaseFile, 'number'>): Promise<void> {
    await this.#database.insertInto('cases').values(rowOf(file)).execute()
  }

  async find(id: string): Promise<CaseFile | undefined> {
    const row = await this.#cases().where('id', '=', id).executeTakeFirst()
    return row && fileOf(row)
  }

  async list({ products, isOpen, before, limit }: CaseQuery): Promise<readonly CaseFile[]> {
    if (products !== '*' && products.length === 0) return []
    const rows = await this.#cases()
      .$if(products !== '*', (query) => query.where('product', 'in', [...products]))
      .$if(isOpen === true, (query) => query.where('closed_at', 'is', null))
      .$if(isOpen === false, (query) => query.where('closed_at', 'is not', null))
      .$if(before !== undefined, (query) => query.where(olderThan('cases', before ?? '')))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(fileOf)
  }

  async replace(revision: number, file: CaseFile): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('cases')
      .set(rowOf(file))
      .where('id', '=', file.id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async addEvent(id: string, event: KeptEvent): Promise<void> {
    const { position, at, recordedAt, by, name, fact } = event
    await this.#database
      .insertInto('case_events')
      .values({
        ...{ case_id: id, position, at, recorded_at: recordedAt, recorded_by: by },
        ...{ recorder_name: name, content: JSON.stringify(fact) },
      })
      .execute()
  }

  async addNotice({ caseId, versions, ...notice }: Omit<CaseNotice, 'number'>): Promise<void> {
    await this.#database
      .insertInto('case_notices')
      .values({ ...notice, case_id: caseId, versions: JSON.stringify(versions) })
      .execute()
  }

  async notices(after: number, limit: number): Promise<readonly CaseNotice[]> {
    const rows = await this.#database
      .selectFrom('case_notices')
      .selectAll()
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map(({ case_id: caseId, versions, ...notice }) => ({
      ...{ ...notice, caseId, versions: JSON.parse(versions) as readonly string[] },
    }))
  }

  async events(id: string): Promise<readonly KeptEvent[]> {
    const rows = await this.#database
      .selectFrom('case_events')
      .selectAll()
      .where('case_id', '=', id)
      .orderBy('position')
      .execute()
    return rows.map(eventOf)
  }

  async due(): Promise<readonly CaseFile[]> {
    const rows = await this.#cases()
      .where('is_drill', '=', 0)
      .where('due_at', 'is not', null)
      .where('closed_at', 'is', null)
      .orderBy('due_at')
      .execute()
    return rows.map(fileOf)
  }

  async noteReminder(id: string, reminder: string, at: number): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('case_reminders')
      .values({ case_id: id, reminder, at })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  #cases() {
    return this.#database.selectFrom('cases').selectAll()
  }
}

function fileOf(row: Selectable<Tables['cases']>): CaseFile {
  const { number, id, product, kind, title, zone, revision } = row
  return {
    ...{ number, id, product, kind, title, zone, revision },
    cves: JSON.parse(row.cves) as readonly string[],
    versions: JSON.parse(row.versions) as readonly string[],
    ...{ fixedVersion: row.fixed_version ?? undefined, isDrill: row.is_drill === 1 },
    ...{ isVirtual: row.is_virtual === 1, openedAt: row.opened_at },
    ...{ closedAt: row.closed_at ?? undefined, dueAt: row.due_at ?? undefined },
  }
}

function rowOf(file: Omit<CaseFile, 'number'>) {
  const { id, product, kind, title, zone, revision } = file
  return {
    ...{ id, product, kind, title, zone, revision },
    ...{ cves: JSON.stringify(file.cves), versions: JSON.stringify(file.versions) },
    ...{ fixed_version: file.fixedVersion ?? null, is_drill: file.isDrill ? 1 : 0 },
    ...{ is_virtual: file.isVirtual ? 1 : 0, opened_at: file.openedAt },
    ...{ closed_at: file.closedAt ?? null, due_at: file.dueAt ?? null },
  }
}

function eventOf(row: Selectable<Tables['case_events']>): KeptEvent {
  return {
    ...{ position: row.position, at: row.at, recordedAt: row.recorded_at, by: row.recorded_by },
    ...{ name: row.recorder_name, fact: JSON.parse(row.content) as RecordedFact },
  }
}
