/** What readiness asks of the database. */
import { type Kysely, sql } from 'kysely'
import type { Tables } from './database.ts'
import { engineOf } from './engine.ts'

export interface DatabaseTimes {
  /** Seconds. What this server, or another one of the database, signed last; 0 for nothing. */
  readonly signedAt: number
  /** The database's own clock, where it has one; seconds. */
  readonly now: number | undefined
}

/** Rejects when the database does not answer or cannot be written. */
export async function askDatabase(database: Kysely<Tables>): Promise<DatabaseTimes> {
  const { signedAt } = await database
    .selectFrom('metadata')
    .select(({ fn }) => fn.max('published_at').as('signedAt'))
    .where('role', '=', 'timestamp')
    .executeTakeFirstOrThrow()
  const times = { signedAt: Number(signedAt ?? 0), now: undefined }
  if (engineOf(database) === 'sqlite') return times
  const { rows } = await sql<{
    now: number
  }>`SELECT extract(epoch FROM clock_timestamp())::float8 AS now`.execute(database)
  return { ...times, now: rows[0]?.now }
}
