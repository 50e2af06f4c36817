/** Of which import the marks of a source are: none is known of those that were kept before, and the next fetch is a full one. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

export const feedSourceGenerations: Migration = {
  up: (database) => run(database, ['ALTER TABLE feed_sources ADD COLUMN generation INTEGER']),
}
