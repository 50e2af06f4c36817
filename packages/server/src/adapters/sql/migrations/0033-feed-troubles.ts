/** Why a source failed, by its code and facts, for who reads another language than the sentence's. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

export const feedTroubles: Migration = {
  up: (database) => run(database, ['ALTER TABLE feed_sources ADD COLUMN trouble_told TEXT']),
}
