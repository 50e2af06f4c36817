import { type Kysely, PostgresAdapter } from 'kysely'

/** Which of the two a connection speaks to. Few places may ask: what they do differently stands in this folder. */
export type Engine = 'sqlite' | 'postgres'

export function engineOf(database: Pick<Kysely<never>, 'getExecutor'>): Engine {
  return database.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}
