/**
 * Which files were brought to a product as what: bytes lie in one store under their digest, for releases of all products,
 * evidence and dossiers, and that they are there says nothing of who has them or what they were read as.
 */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

export const broughtFiles: Migration = {
  up: (database) =>
    run(database, [
      `CREATE TABLE brought_files (
        product TEXT NOT NULL REFERENCES products(id),
        sha256 TEXT NOT NULL,
        kind TEXT NOT NULL,
        brought_at INTEGER NOT NULL,
        PRIMARY KEY (product, sha256, kind)
      ) STRICT, WITHOUT ROWID`,
    ]),
}
