/** Whose signature the documents of a supplier's feed must have: JSON, with the armored keys and their fingerprints. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

export const feedSigners: Migration = {
  up: (database) => run(database, ['ALTER TABLE feed_sources ADD COLUMN signer TEXT']),
}
