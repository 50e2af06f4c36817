/** What is written down about a product beside its facts and risks: every revision, and which one counts now. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  `CREATE TABLE product_record_revisions (
    product TEXT NOT NULL REFERENCES products (id),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    content TEXT,
    PRIMARY KEY (product, kind, id, revision)
  ) STRICT`,
  `CREATE TABLE product_records (
    product TEXT NOT NULL REFERENCES products (id),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (product, kind, id)
  ) STRICT`,
]

export const productRecords: Migration = {
  up: (database) => run(database, tables),
}
