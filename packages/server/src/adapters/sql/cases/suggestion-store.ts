import { type Kysely, type Selectable, sql } from 'kysely'
import {
  type DeviceSign,
  type ExploitedSuggestion,
  KNOWN_EXPLOITED,
  type ReportedSuggestion,
  type Suggestion,
} from '../../../cases/suggestion.ts'
import type {
  NewSuggestion,
  Seen,
  SuggestionQuery,
  SuggestionStore,
} from '../../../cases/suggestion-store.ts'
import type { Tables } from '../database.ts'
import { devicesBy } from '../devices/device-rarity.ts'
import { olderThan } from '../newest-first.ts'

type Found = Pick<Selectable<Tables['devices']>, 'product' | 'id' | 'last_seen_at' | 'enrolled_at'>

export class SqlSuggestionStore implements SuggestionStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(suggestion: NewSuggestion): Promise<void> {
    await this.#database.insertInto('case_suggestions').values(rowOf(suggestion)).execute()
  }

  async find(id: string): Promise<Suggestion | undefined> {
    const row = await this.#all().where('id', '=', id).executeTakeFirst()
    return row && suggestionOf(row)
  }

  async list(query: SuggestionQuery): Promise<readonly Suggestion[]> {
    const { products, state, before, limit } = query
    if (products !== '*' && products.length === 0) return []
    const rows = await this.#all()
      .$if(products !== '*', (rows) => rows.where('product', 'in', [...products]))
      .$if(state !== undefined, (rows) => rows.where('state', '=', state ?? 'open'))
      .$if(before !== undefined, (rows) => rows.where(olderThan('case_suggestions', before ?? '')))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(suggestionOf)
  }

  async latest(product: string, sign: DeviceSign): Promise<ReportedSuggestion | undefined> {
    const row = await this.#all()
      .where('product', '=', product)
      .where('sign', '=', sign)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && (suggestionOf(row) as ReportedSuggestion)
  }

  async exploited(
    product: string,
    names: readonly string[],
  ): Promise<ExploitedSuggestion | undefined> {
    const row = await this.#all()
      .where('product', '=', product)
      .where('sign', '=', KNOWN_EXPLOITED)
      .where('about', 'in', [...names])
      .orderBy('number')
      .limit(1)
      .executeTakeFirst()
    return row && (suggestionOf(row) as ExploitedSuggestion)
  }

  async replace(revision: number, suggestion: Suggestion): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('case_suggestions')
      .set(rowOf(suggestion))
      .where('id', '=', suggestion.id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async refusedSince(
    at: number,
    codes: readonly string[],
    limit: number,
  ): Promise<readonly Seen[]> {
    const rows = await this.#database
      .selectFrom('reports')
      .innerJoin('devices', 'devices.id', 'reports.device')
      .select(({ fn }) => [
        ...(['devices.product', 'reports.device', 'reports.code'] as const),
        fn.countAll<number>().as('count'),
        fn.min('reports.received_at').as('first'),
        fn.max('reports.received_at').as('last'),
      ])
      .where('reports.refused', 'is not', null)
      .where('reports.received_at', '>=', at)
      .where('reports.code', 'in', [...codes])
      .groupBy(['devices.product', 'reports.device', 'reports.code'])
      .orderBy('reports.device')
      .orderBy('reports.code')
      .limit(limit)
      .execute()
    return rows.map(({ product, device, code, count, first, last }) => {
      const times = { firstAt: Number(first), lastAt: Number(last) }
      return { product, device, code: code ?? undefined, reports: Number(count), ...times }
    })
  }

  async corrupt(limit: number): Promise<readonly Seen[]> {
    // In the words of its index, which has no others.
    const { rows } = await sql<Found>`
      select product, id, last_seen_at, enrolled_at from ${devicesBy(this.#database, 'devices_corrupt')}
      where integrity = 'corrupt' and decommissioned_at is null order by id limit ${limit}
    `.execute(this.#database)
    return rows.map(({ product, id, last_seen_at, enrolled_at }) => {
      const at = last_seen_at ?? enrolled_at
      return { product, device: id, code: undefined, reports: 1, firstAt: at, lastAt: at }
    })
  }

  #all() {
    return this.#database.selectFrom('case_suggestions').selectAll()
  }
}

function suggestionOf(row: Selectable<Tables['case_suggestions']>): Suggestion {
  const { number, id, product, state, revision } = row
  const suggestion = {
    ...{ number, id, product, state, revision, sign: row.sign, facts: JSON.parse(row.facts) },
    ...{ firstAt: row.first_at, lastAt: row.last_at },
    ...{ reason: row.reason ?? undefined, decidedAt: row.decided_at ?? undefined },
    ...{ decidedBy: row.decided_by ?? undefined, caseId: row.case_id ?? undefined },
  }
  // Sign and facts were written together.
  return suggestion as Suggestion
}

function rowOf(suggestion: NewSuggestion) {
  const { id, product, sign, state, revision } = suggestion
  return {
    ...{ id, product, sign, state, revision, facts: JSON.stringify(suggestion.facts) },
    about: suggestion.sign === KNOWN_EXPLOITED ? suggestion.facts.vulnerability : null,
    ...{ first_at: suggestion.firstAt, last_at: suggestion.lastAt },
    ...{ reason: suggestion.reason ?? null, decided_at: suggestion.decidedAt ?? null },
    ...{ decided_by: suggestion.decidedBy ?? null, case_id: suggestion.caseId ?? null },
  }
}
