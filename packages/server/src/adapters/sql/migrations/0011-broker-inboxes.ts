/** Under which names the servers listen at an outside broker. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  `CREATE TABLE broker_inboxes (
    client_id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('leader', 'shared')),
    holder TEXT,
    held_until INTEGER NOT NULL
  ) STRICT`,
  "CREATE UNIQUE INDEX one_inbox_of_the_leader ON broker_inboxes (purpose) WHERE purpose = 'leader'",
]

export const brokerInboxes: Migration = {
  up: (database) => run(database, tables),
}
