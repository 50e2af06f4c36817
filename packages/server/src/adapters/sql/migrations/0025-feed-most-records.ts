/** Against what an import of a feed is held: the most records that it had since a person accepted fewer. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

export const feedMostRecords: Migration = {
  up: (database) =>
    run(database, [
      'ALTER TABLE feeds ADD COLUMN most_records INTEGER NOT NULL DEFAULT 0',
      'UPDATE feeds SET most_records = records',
    ]),
}
