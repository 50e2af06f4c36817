/** Cases of Article 14: what was recorded of each, which reminders were sent, and what might become one. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  // What can be listed and searched; all else is in the events. `cves`, `versions`: JSON lists.
  `CREATE TABLE cases (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    product TEXT NOT NULL REFERENCES products (id),
    kind TEXT NOT NULL CHECK (kind IN ('vulnerability', 'incident')),
    title TEXT NOT NULL,
    cves TEXT NOT NULL,
    versions TEXT NOT NULL,
    fixed_version TEXT,
    zone TEXT NOT NULL,
    is_drill INTEGER NOT NULL,
    is_virtual INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    due_at INTEGER,
    revision INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX cases_by_due ON cases (is_drill, due_at)',
  // Only ever added to. `content`: JSON, what was recorded; of a submission also what was submitted, verbatim.
  `CREATE TABLE case_events (
    case_id TEXT NOT NULL REFERENCES cases (id),
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    recorder_name TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (case_id, position)
  ) STRICT`,
  `CREATE TABLE case_reminders (
    case_id TEXT NOT NULL REFERENCES cases (id),
    reminder TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, reminder)
  ) STRICT`,
  // Counted by product, sign and day. `facts`: JSON.
  `CREATE TABLE case_suggestions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    product TEXT NOT NULL REFERENCES products (id),
    sign TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    facts TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'taken-up', 'dismissed')),
    reason TEXT,
    decided_at INTEGER,
    decided_by TEXT,
    case_id TEXT,
    revision INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX case_suggestions_by_sign ON case_suggestions (product, sign, state)',
  // For what devices refused lately: few of all reports, so that the others cost nothing.
  'CREATE INDEX reports_refused ON reports (received_at) WHERE refused IS NOT NULL',
  "CREATE INDEX devices_corrupt ON devices (product) WHERE integrity = 'corrupt'",
]

export const cases: Migration = {
  up: (database) => run(database, tables),
}
