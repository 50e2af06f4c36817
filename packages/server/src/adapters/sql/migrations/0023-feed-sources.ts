/** Where feeds come from by themselves, and how the last try went. Times are seconds since 1970. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  `CREATE TABLE feed_sources (
    feed TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    every_seconds INTEGER NOT NULL,
    control_component TEXT,
    control_vulnerability TEXT,
    digest_beside INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    set_at INTEGER NOT NULL,
    tried_at INTEGER,
    next_at INTEGER NOT NULL,
    outcome TEXT,
    trouble TEXT,
    failure_count INTEGER NOT NULL
  ) STRICT`,
]

export const feedSources: Migration = {
  up: (database) => run(database, tables),
}
