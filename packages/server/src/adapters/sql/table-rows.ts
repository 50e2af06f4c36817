/** All rows of a table, in pages by its primary key, and back in; for backups. Inside a transaction of the caller. */
import { type Kysely, sql } from 'kysely'
import type { Tables } from './database.ts'
import { engineOf } from './engine.ts'
import type { TableFacts } from './table-facts.ts'

/** A number, a text, bytes or nothing: what both engines hold. */
export type Cell = number | string | Uint8Array | null
export type Row = readonly Cell[]

const PAGE_START_COUNT = 100
const PAGE_MAX_COUNT = 5_000
/** Rows differ: a device has a few hundred bytes, metadata a quarter of a megabyte. */
const PAGE_BYTES = 2 * 1024 * 1024
/** SQLite takes 32,766 values in a statement, PostgreSQL 65,535. */
const VALUES_MAX_COUNT = 10_000

export async function* rowsOf(
  database: Kysely<Tables>,
  { name, columns, key }: TableFacts,
): AsyncGenerator<readonly Row[]> {
  if (key.length === 0) throw new Error(`the table ${name} has no primary key`)
  const columnList = sql.join(columns.map((column) => sql.ref(column)))
  const keyList = sql.join(key.map((column) => sql.ref(column)))
  let after: Row | undefined
  let limit = PAGE_START_COUNT
  for (;;) {
    const where = after === undefined ? sql`` : sql`WHERE (${keyList}) > (${sql.join(after)})`
    const { rows } = await sql<Record<string, Cell>>`
      SELECT ${columnList} FROM ${sql.table(name)} ${where} ORDER BY ${keyList} LIMIT ${limit}`.execute(
      database,
    )
    const page = rows.map((row) => columns.map((column) => row[column] ?? null))
    if (page.length > 0) yield page
    if (page.length < limit) return
    const last = rows.at(-1)
    after = key.map((column) => last?.[column] ?? null)
    const bytesPerRow = Math.max(1, page.reduce((sum, row) => sum + sizeOf(row), 0) / page.length)
    limit = Math.min(PAGE_MAX_COUNT, Math.max(10, Math.floor(PAGE_BYTES / bytesPerRow)))
  }
}

export async function insertRows(
  database: Kysely<Tables>,
  { name, columns }: Pick<TableFacts, 'name' | 'columns'>,
  rows: readonly Row[],
): Promise<void> {
  const columnList = sql.join(columns.map((column) => sql.ref(column)))
  const atOnce = Math.max(1, Math.floor(VALUES_MAX_COUNT / Math.max(1, columns.length)))
  for (let from = 0; from < rows.length; from += atOnce) {
    const values = rows.slice(from, from + atOnce).map((row) => sql`(${sql.join(row)})`)
    await sql`INSERT INTO ${sql.table(name)} (${columnList}) VALUES ${sql.join(values)}`.execute(
      database,
    )
  }
}

export async function emptyTable(database: Kysely<Tables>, name: string): Promise<void> {
  await sql`DELETE FROM ${sql.table(name)}`.execute(database)
}

export async function countRows(database: Kysely<Tables>, name: string): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`SELECT count(*) AS count FROM ${sql.table(name)}`.execute(database)
  return rows[0]?.count ?? 0
}

/** The next number that the database gives is above all that were put in; SQLite sees to it by itself. */
export async function continueNumbers(
  database: Kysely<Tables>,
  { name, identity }: TableFacts,
): Promise<void> {
  if (identity === undefined || engineOf(database) === 'sqlite') return
  await sql`
    SELECT setval(pg_get_serial_sequence(${name}, ${identity}),
      (SELECT coalesce(max(${sql.ref(identity)}), 0) + 1 FROM ${sql.table(name)}), false)`.execute(
    database,
  )
}

function sizeOf(row: Row): number {
  return row.reduce<number>(
    (sum, cell) => sum + (typeof cell === 'number' || cell === null ? 8 : cell.length),
    0,
  )
}
