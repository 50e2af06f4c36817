/** The server's own keys, sealed, with the data keys that they are sealed under. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const statements = [
  // Wrapped by a key that is not in the database.
  `CREATE TABLE sealing_keys (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    wrapped TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER
  ) STRICT`,
  // What belongs to no single product has the product ''.
  `CREATE TABLE server_keys (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL,
    product TEXT NOT NULL,
    id TEXT NOT NULL,
    public TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    leaves_at INTEGER,
    UNIQUE (purpose, product, id)
  ) STRICT`,
  // Which of them a product's published metadata lists.
  `CREATE TABLE listed_keys (
    product TEXT NOT NULL,
    purpose TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (product, purpose, id)
  ) STRICT`,
  // The fleet CA that signed it; NULL for those of before there could be two.
  'ALTER TABLE device_certificates ADD COLUMN issuer TEXT',
]

export const secrets: Migration = {
  up: (database) => run(database, statements),
}
