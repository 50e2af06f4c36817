/** SQLite in a file, with what a server needs of it. */
import SqliteConnection from 'better-sqlite3'
import { SqliteAdapter, SqliteDialect } from 'kysely'
import { SqliteStatements } from './sqlite-statements.ts'

/**
 * All migrations of a start are one transaction: a power cut in between leaves the tables as they were. Kysely holds
 * SQLite unable of that for the sake of `PRAGMA foreign_keys`, which no migration of ours changes.
 * https://www.sqlite.org/transactional.html
 */
class MigratingAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class FileDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new MigratingAdapter()
  }
}

export function sqliteDialect(file: string): SqliteDialect {
  const connection = new SqliteConnection(file)
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  connection.pragma('busy_timeout = 5000')
  return new FileDialect({ database: new SqliteStatements(connection) })
}
