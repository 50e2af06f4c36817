/**
 * Where feeds come from by themselves, and how the last try went; and what suppliers say of holes, by generation like
 * all else of feeds; and how many risks were assessed, so that a list of assessments reads none of them. Times are seconds since 1970.
 */
import type { Migration } from 'kysely/migration'
import { engineOf } from '../engine.ts'
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
  `CREATE TABLE supplier_statements (
    generation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    statement TEXT NOT NULL,
    PRIMARY KEY (generation, number, name)
  ) STRICT`,
  'CREATE INDEX supplier_statements_by_name ON supplier_statements (name)',
  'ALTER TABLE risk_assessments ADD COLUMN risk_count INTEGER',
]

export const feedSources: Migration = {
  up: async (database) => {
    await run(database, tables)
    const risks = engineOf(database) === 'postgres' ? 'risks::json' : 'risks'
    await run(database, [`UPDATE risk_assessments SET risk_count = json_array_length(${risks})`])
  },
}
