/**
 * SQLite's connection as kysely sees it, with prepared statements kept: preparing one costs as much as running it,
 * and a server asks the same few hundred questions over and over.
 */
import type SqliteConnection from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

const KEPT_MAX_COUNT = 500
/** A statement with hundreds of rows is as long as that and comes again with as many rows only by chance. */
const KEPT_MAX_CHARACTERS = 8_192

export class SqliteStatements implements SqliteDatabase {
  readonly #connection: SqliteConnection.Database
  /** In the order of their last use. */
  readonly #kept = new Map<string, SqliteStatement>()

  constructor(connection: SqliteConnection.Database) {
    this.#connection = connection
  }

  prepare(text: string): SqliteStatement {
    if (text.length > KEPT_MAX_CHARACTERS) return this.#prepare(text)
    const statement = this.#kept.get(text) ?? this.#prepare(text)
    this.#kept.delete(text)
    this.#kept.set(text, statement)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > KEPT_MAX_COUNT && oldest !== undefined) this.#kept.delete(oldest)
    return statement
  }

  close(): void {
    this.#kept.clear()
    this.#connection.close()
  }

  #prepare(text: string): SqliteStatement {
    const statement = this.#connection.prepare(text)
    return {
      reader: statement.reader,
      all: (parameters) => statement.all(...parameters),
      run: (parameters) => statement.run(...parameters),
      // Rows that are still being read keep a statement busy, so whoever reads them one by one has one of his own.
      iterate: (parameters) =>
        this.#connection.prepare(text).iterate(...parameters) as IterableIterator<unknown>,
    }
  }
}
