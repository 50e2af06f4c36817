import type { Statement } from '@fleetward/vulnerability'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Cover, Feed, FeedRows, KeyRow } from '../../../feeds/feed.ts'
import type { FeedStore, Likelihood } from '../../../feeds/feed-store.ts'
import type { Tables } from '../database.ts'

/** One statement is as long again and again, and prepared once; thousands of rows in one are as much garbage at once. */
const ROWS_AT_ONCE = 100
const NAMES_AT_ONCE = 5_000
/** On one hole: suppliers of all parts of all products together say less. */
const STATEMENTS_MAX_COUNT = 500
const OF_GENERATIONS = [
  'vulnerability_keys',
  'vulnerabilities',
  'supplier_statements',
  'exploited',
  'epss',
  'feed_covers',
] as const

export class SqlFeedStore implements FeedStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async list(): Promise<readonly Feed[]> {
    const rows = await this.#database.selectFrom('feeds').selectAll().orderBy('id').execute()
    return rows.map(feedOf)
  }

  async find(id: string): Promise<Feed | undefined> {
    const query = this.#database.selectFrom('feeds').selectAll().where('id', '=', id)
    const row = await query.executeTakeFirst()
    return row && feedOf(row)
  }

  /** The sum and not the newest: of two imports the one that began first may end last. */
  async revision(): Promise<number> {
    const { revision } = await this.#database
      .selectFrom('feeds')
      .select((row) => row.fn.sum<number | null>('generation').as('revision'))
      .executeTakeFirstOrThrow()
    return Number(revision ?? 0)
  }

  async begin(feed: string, at: number): Promise<number> {
    const { generation } = await this.#database
      .insertInto('feed_imports')
      .values({ feed, state: 'under-way', begun_at: at, alive_at: at })
      .returning('generation')
      .executeTakeFirstOrThrow()
    return generation
  }

  async stillImports(generation: number, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('feed_imports')
      .set({ alive_at: at })
      .where('generation', '=', generation)
      .where('state', '=', 'under-way')
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async write(
    generation: number,
    from: number,
    { vulnerabilities, statements, exploited, epss }: FeedRows,
  ): Promise<void> {
    const holes = vulnerabilities.map(({ id, publisher, modifiedAt, withdrawnAt, record }, at) => ({
      ...{ generation, number: from + at, id, publisher, modified_at: modifiedAt },
      ...{ withdrawn_at: withdrawnAt ?? null, record },
    }))
    const keys = vulnerabilities.flatMap((hole, at) =>
      hole.keys.map(({ kind, space, name }) => ({
        ...{ generation, number: from + at, kind, space, name },
      })),
    )
    const said = statements.flatMap(({ names, statement }, at) =>
      names.map((name) => ({ generation, number: from + at, name, statement })),
    )
    const names = exploited.map((one, at) => ({ generation, number: from + at, ...one }))
    const scores = epss.map((one, at) => ({ generation, number: from + at, ...one }))
    for (const some of slices(holes)) {
      await this.#database.insertInto('vulnerabilities').values(some).execute()
    }
    for (const some of slices(keys)) {
      await this.#database.insertInto('vulnerability_keys').values(some).execute()
    }
    for (const some of slices(said)) {
      await this.#database.insertInto('supplier_statements').values(some).execute()
    }
    for (const some of slices(names)) {
      await this.#database.insertInto('exploited').values(some).execute()
    }
    for (const some of slices(scores)) {
      await this.#database.insertInto('epss').values(some).execute()
    }
  }

  async cover(generation: number, covers: readonly Cover[]): Promise<void> {
    const rows = covers.map(({ kind, name }) => ({ generation, kind, name }))
    for (const some of slices(rows)) {
      await this.#database.insertInto('feed_covers').values(some).execute()
    }
  }

  async dropOlder(generation: number): Promise<void> {
    await sql`
      DELETE FROM vulnerabilities WHERE generation = ${generation} AND EXISTS (
        SELECT 1 FROM vulnerabilities other
        WHERE other.id = vulnerabilities.id AND other.generation = vulnerabilities.generation
          AND other.publisher = vulnerabilities.publisher
          AND (other.modified_at > vulnerabilities.modified_at
            OR (other.modified_at = vulnerabilities.modified_at
              AND other.number > vulnerabilities.number)))`.execute(this.#database)
  }

  async switchOver(feed: Feed): Promise<void> {
    const values = {
      ...{ kind: feed.kind, source: feed.source, generation: feed.generation },
      ...{ imported_at: feed.importedAt, source_date: feed.sourceDate ?? null },
      ...{ records: feed.records, most_records: feed.mostRecords },
      ...{ sha256: feed.sha256 ?? null, control: feed.control },
      ...{ control_sentence: feed.controlSentence, report: JSON.stringify(feed.report) },
    }
    await this.#endCurrent(feed.id)
    await this.#database
      .updateTable('feed_imports')
      .set({ state: 'current' })
      .where('generation', '=', feed.generation)
      .execute()
    await this.#database
      .insertInto('feeds')
      .values({ id: feed.id, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
  }

  async confirm(feed: string, generation: number, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('feeds')
      .set({ imported_at: at })
      .where('id', '=', feed)
      .where('generation', '=', generation)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async giveUp(aliveSince: number, feed?: string): Promise<void> {
    await this.#database
      .updateTable('feed_imports')
      .set({ state: 'over' })
      .where('state', '=', 'under-way')
      .where((where) =>
        where.or([
          where('alive_at', '<', aliveSince),
          ...(feed === undefined ? [] : [where('feed', '=', feed)]),
        ]),
      )
      .execute()
  }

  async abandon(generation: number): Promise<void> {
    await this.#database
      .updateTable('feed_imports')
      .set({ state: 'over' })
      .where('generation', '=', generation)
      .where('state', '=', 'under-way')
      .execute()
  }

  async sweep(limit: number): Promise<number> {
    const over = await this.#database
      .selectFrom('feed_imports')
      .select('generation')
      .where('state', '=', 'over')
      .orderBy('generation')
      .executeTakeFirst()
    if (over === undefined) return 0
    for (const table of OF_GENERATIONS) {
      const count = await this.#sweepTable(table, over.generation, limit)
      if (count > 0) return count
    }
    await this.#database
      .deleteFrom('feed_imports')
      .where('generation', '=', over.generation)
      .execute()
    return 1
  }

  async byKeys(keys: readonly KeyRow[], generation?: number): Promise<readonly string[]> {
    if (keys.length === 0) return []
    const wanted = sql.join(keys.map(({ kind, space, name }) => sql`(${kind}, ${space}, ${name})`))
    // From the keys to the index of names: by itself SQLite would read through all keys of the generation.
    const { rows } = await sql<{ record: string }>`
      WITH wanted(kind, space, name) AS (VALUES ${wanted})
      SELECT v.record AS record FROM vulnerabilities v WHERE v.withdrawn_at IS NULL
        AND (v.generation, v.number) IN (
          SELECT k.generation, k.number FROM wanted CROSS JOIN vulnerability_keys k
          WHERE k.kind = wanted.kind AND k.space = wanted.space AND k.name = wanted.name
            AND k.generation IN (${this.#live(generation)}))`.execute(this.#database)
    return rows.map(({ record }) => record)
  }

  async covers(generation?: number): Promise<readonly Cover[]> {
    const { rows } = await sql<Cover>`
      SELECT DISTINCT kind, name FROM feed_covers
      WHERE generation IN (${this.#live(generation)})`.execute(this.#database)
    return rows
  }

  async statementsOn(names: readonly string[]): Promise<readonly Statement[]> {
    if (names.length === 0) return []
    const { rows } = await sql<{ statement: string }>`
      SELECT DISTINCT statement FROM supplier_statements
      WHERE name IN (${sql.join(names.slice(0, NAMES_AT_ONCE))})
        AND generation IN (${this.#live()}) ORDER BY statement LIMIT ${STATEMENTS_MAX_COUNT}`.execute(
      this.#database,
    )
    return rows.map(({ statement }) => JSON.parse(statement) as Statement)
  }

  async exploitedAmong(
    names: readonly string[],
    generation?: number,
  ): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    for (const some of slices(names, NAMES_AT_ONCE)) {
      const { rows } = await sql<{ name: string }>`
        SELECT DISTINCT name FROM exploited WHERE name IN (${sql.join(some)})
          AND generation IN (${this.#live(generation)})`.execute(this.#database)
      for (const { name } of rows) found.add(name)
    }
    return found
  }

  async epssOf(
    names: readonly string[],
    generation?: number,
  ): Promise<ReadonlyMap<string, Likelihood>> {
    const found = new Map<string, Likelihood>()
    for (const some of slices(names, NAMES_AT_ONCE)) {
      const { rows } = await sql<{ cve: string; probability: number; percentile: number }>`
        SELECT cve, probability, percentile FROM epss WHERE cve IN (${sql.join(some)})
          AND generation IN (${this.#live(generation)})`.execute(this.#database)
      for (const { cve, ...score } of rows) found.set(cve, score)
    }
    return found
  }

  async #endCurrent(feed: string): Promise<void> {
    await this.#database
      .updateTable('feed_imports')
      .set({ state: 'over' })
      .where('feed', '=', feed)
      .where('state', '=', 'current')
      .execute()
  }

  #live(generation?: number) {
    return generation === undefined ? sql`SELECT generation FROM feeds` : sql`${generation}`
  }

  async #sweepTable(
    table: (typeof OF_GENERATIONS)[number],
    generation: number,
    limit: number,
  ): Promise<number> {
    // Covers are few, and have no numbers.
    const some =
      table === 'feed_covers'
        ? sql``
        : sql`AND number <= (SELECT max(number) FROM (SELECT number FROM ${sql.table(table)}
            WHERE generation = ${generation} ORDER BY number LIMIT ${limit}) first)`
    const { numAffectedRows } = await sql`
      DELETE FROM ${sql.table(table)} WHERE generation = ${generation} ${some}`.execute(
      this.#database,
    )
    return Number(numAffectedRows ?? 0n)
  }
}

function* slices<Item>(items: readonly Item[], size = ROWS_AT_ONCE): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}

function feedOf(row: Selectable<Tables['feeds']>): Feed {
  const { id, kind, source, generation, records, control } = row
  return {
    ...{ id, kind, source, generation, records, mostRecords: row.most_records, control },
    ...{ importedAt: row.imported_at, sourceDate: row.source_date ?? undefined },
    ...{ sha256: row.sha256 ?? undefined, controlSentence: row.control_sentence },
    report: JSON.parse(row.report) as Feed['report'],
  }
}
