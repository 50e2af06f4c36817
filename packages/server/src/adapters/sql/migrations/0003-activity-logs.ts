/** What the server remembers of each device's activity log. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const columns = ['log_seq INTEGER', 'log_hash TEXT', 'log_broken TEXT']

export const activityLogs: Migration = {
  up: (database) =>
    run(
      database,
      columns.map((column) => `ALTER TABLE devices ADD COLUMN ${column}`),
    ),
}
