/**
 * What the database says about its own tables: for a backup, which has to hold every one of them without a list that
 * somebody forgets to keep.
 */
import { type Kysely, sql } from 'kysely'
import type { Tables } from './database.ts'
import { engineOf } from './engine.ts'

export interface TableFacts {
  readonly name: string
  readonly columns: readonly string[]
  /** The primary key, in its order. */
  readonly key: readonly string[]
  /** Other tables that its rows name. */
  readonly refersTo: readonly string[]
  /** A column that names rows of the same table. */
  readonly selfReference: { readonly column: string; readonly to: string } | undefined
  /** A column that the database numbers by itself. */
  readonly identity: string | undefined
}

/** Kysely's own, which say how the others were made. */
const MIGRATION_TABLES = ['kysely_migration', 'kysely_migration_lock']

/** A table comes after those that it refers to. */
export async function tablesInOrder(database: Kysely<Tables>): Promise<readonly TableFacts[]> {
  const isPostgres = engineOf(database) === 'postgres'
  const all = isPostgres ? await factsOfPostgres(database) : await factsOfSqlite(database)
  const waiting = new Map(
    all.filter(({ name }) => !MIGRATION_TABLES.includes(name)).map((facts) => [facts.name, facts]),
  )
  const ordered: TableFacts[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.values()]
      .filter(({ refersTo }) => !refersTo.some((name) => waiting.has(name)))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    if (ready.length === 0) throw new Error('tables refer to each other in a circle')
    for (const facts of ready) waiting.delete(facts.name)
    ordered.push(...ready)
  }
  return ordered
}

export async function executedMigrations(database: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{
    name: string
  }>`SELECT name FROM kysely_migration ORDER BY name`.execute(database)
  return rows.map(({ name }) => name)
}

async function factsOfSqlite(database: Kysely<Tables>): Promise<TableFacts[]> {
  const { rows: tables } = await sql<{ name: string; made: string }>`
    SELECT name, sql AS made FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`.execute(database)
  const facts: TableFacts[] = []
  for (const { name, made } of tables) {
    const { rows: columns } = await sql<{ name: string; pk: number }>`
      SELECT name, pk FROM pragma_table_info(${name}) ORDER BY cid`.execute(database)
    const { rows: references } = await sql<{ table: string; from: string; to: string | null }>`
      SELECT "table", "from", "to" FROM pragma_foreign_key_list(${name})`.execute(database)
    const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk)
    facts.push({
      ...factsOf(
        name,
        columns.map((column) => column.name),
        key.map((column) => column.name),
        references.map(({ table, from, to }) => ({ table, column: from, to: to ?? 'id' })),
      ),
      identity: /AUTOINCREMENT/.test(made) ? key[0]?.name : undefined,
    })
  }
  return facts
}

async function factsOfPostgres(database: Kysely<Tables>): Promise<TableFacts[]> {
  const { rows: columns } = await sql<{ table: string; name: string; identity: string }>`
    SELECT c.table_name AS "table", c.column_name AS name, c.is_identity AS identity
    FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
    ORDER BY c.ordinal_position`.execute(database)
  const { rows: keys } = await sql<{ table: string; name: string }>`
    SELECT r.relname AS "table", a.attname AS name
    FROM pg_index i
    JOIN pg_class r ON r.oid = i.indrelid
    JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) ON true
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.attnum
    WHERE i.indisprimary AND r.relnamespace = current_schema()::regnamespace
    ORDER BY r.relname, k.place`.execute(database)
  const { rows: references } = await sql<{
    owner: string
    table: string
    column: string
    to: string
  }>`
    SELECT own.relname AS owner, other.relname AS "table", a.attname AS "column", b.attname AS "to"
    FROM pg_constraint c
    JOIN pg_class own ON own.oid = c.conrelid
    JOIN pg_class other ON other.oid = c.confrelid
    JOIN pg_attribute a ON a.attrelid = own.oid AND a.attnum = c.conkey[1]
    JOIN pg_attribute b ON b.attrelid = other.oid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f' AND own.relnamespace = current_schema()::regnamespace`.execute(database)
  return [...Map.groupBy(columns, ({ table }) => table)].map(([name, own]) => ({
    ...factsOf(
      name,
      own.map((column) => column.name),
      keys.filter(({ table }) => table === name).map((key) => key.name),
      references.filter(({ owner }) => owner === name),
    ),
    identity: own.find(({ identity }) => identity === 'YES')?.name,
  }))
}

function factsOf(
  name: string,
  columns: readonly string[],
  key: readonly string[],
  references: readonly { readonly table: string; readonly column: string; readonly to: string }[],
): Omit<TableFacts, 'identity'> {
  const own = references.find(({ table }) => table === name)
  return {
    ...{ name, columns, key },
    refersTo: [...new Set(references.map(({ table }) => table).filter((table) => table !== name))],
    selfReference: own && { column: own.column, to: own.to },
  }
}
