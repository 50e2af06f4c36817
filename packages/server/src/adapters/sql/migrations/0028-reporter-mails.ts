/** Who reported a vulnerability can ask to be told by mail when his report moves on. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

export const reporterMails: Migration = {
  up: (database) =>
    run(database, [
      // In which language; '' for who did not ask.
      "ALTER TABLE disclosure_reports ADD COLUMN mail_language TEXT NOT NULL DEFAULT ''",
    ]),
}
