/** What the server remembers of each device's activity log. */
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const columns = ['log_seq INTEGER', 'log_hash TEXT', 'log_broken TEXT']

export const activityLogs: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const column of columns) {
      await sql.raw(`ALTER TABLE devices ADD COLUMN ${column}`).execute(database)
    }
  },
}
