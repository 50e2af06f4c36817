/**
 * SQLite's connection as kysely sees it, with prepared statements kept: preparing one costs as much as running it,
 * and a server asks the same few hundred questions over and over.
 */
import type SqliteConnection from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

const KEPT_MAX_COUNT = 500
/** A statement with hundreds of rows is as long as that and comes again with as many rows only by chance. */
const KEPT_MAX_CHARACTERS = 8_192
/** As kysely words them. */
const BEGIN = 'begin'
const ENDS: ReadonlySet<string> = new Set(['commit', 'rollback'])

export class SqliteStatements implements SqliteDatabase {
  readonly #connection: SqliteConnection.Database
  /** In the order of their last use. */
  readonly #kept = new Map<string, SqliteStatement>()
  /** Somebody began a transaction and has not ended it. */
  #isInside = false

  constructor(connection: SqliteConnection.Database) {
    this.#connection = connection
  }

  prepare(text: string): SqliteStatement {
    // A full disk ends a transaction as it happens (https://www.sqlite.org/lang_transaction.html). What comes behind
    // would be kept on its own, half of a whole.
    if (this.#isInside && !this.#connection.inTransaction && text !== 'rollback') {
      throw new Error('SQLite has ended the transaction: nothing of it was kept')
    }
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
    const run = (parameters: readonly unknown[]) => statement.run(...parameters)
    return {
      reader: statement.reader,
      all: (parameters) => statement.all(...parameters),
      run: ENDS.has(text) || text === BEGIN ? () => this.#turn(text, run) : run,
      // Rows that are still being read keep a statement busy, so whoever reads them one by one has one of his own.
      iterate: (parameters) =>
        this.#connection.prepare(text).iterate(...parameters) as IterableIterator<unknown>,
    }
  }

  /** What ends a transaction that SQLite has ended before has nothing left to do, and hides no reason. */
  #turn(text: string, run: (parameters: readonly unknown[]) => SqliteConnection.RunResult) {
    const isOver = text === 'rollback' && !this.#connection.inTransaction
    if (text !== BEGIN) this.#isInside = false
    if (isOver) return { changes: 0, lastInsertRowid: 0 }
    const result = run([])
    if (text === BEGIN) this.#isInside = true
    return result
  }
}
