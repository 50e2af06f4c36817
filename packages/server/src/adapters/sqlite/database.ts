/**
 * Opens the database. WAL with `synchronous = FULL`: a sequence number or a rollout that an answer
 * has confirmed survives a power loss (https://www.sqlite.org/pragma.html#pragma_synchronous).
 *
 * There is one connection, so a transaction is alone: inside one, everything must go through the
 * transaction, or it waits for itself.
 */
import SqliteConnection from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { CoreTables } from './core-tables.ts'
import type { DeviceTables } from './device-tables.ts'
import { migrations } from './migrations/list.ts'

export type Tables = CoreTables & DeviceTables

export async function openDatabase(path: string): Promise<Kysely<Tables>> {
  const connection = new SqliteConnection(path)
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  connection.pragma('busy_timeout = 5000')
  const database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) })
  try {
    const migrator = new Migrator({
      db: database,
      provider: { getMigrations: async () => migrations },
    })
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
  } catch (error) {
    await database.destroy()
    throw error
  }
  return database
}
