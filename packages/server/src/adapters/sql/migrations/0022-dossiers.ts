/** Dossiers of products and the declarations of conformity that persons signed. Neither is ever deleted. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  // `built`: JSON, once it is.
  `CREATE TABLE dossiers (
    product TEXT NOT NULL REFERENCES products (id),
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'built', 'failed')),
    begun_at INTEGER NOT NULL,
    author TEXT NOT NULL,
    alive_at INTEGER NOT NULL,
    files_done INTEGER NOT NULL,
    files_in_all INTEGER NOT NULL,
    built TEXT,
    trouble TEXT,
    PRIMARY KEY (product, version)
  ) STRICT`,
  // Only ever added to. `content`: JSON, what was signed and by whom.
  `CREATE TABLE declarations (
    product TEXT NOT NULL REFERENCES products (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (product, number)
  ) STRICT`,
]

export const dossiers: Migration = {
  up: (database) => run(database, tables),
}
