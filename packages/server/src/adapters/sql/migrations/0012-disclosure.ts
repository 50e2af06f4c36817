/** Reports of vulnerabilities that strangers sent, what was said about them, and how strangers find us. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  // One row. `value` is JSON: what people set.
  `CREATE TABLE disclosure_settings (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    value TEXT NOT NULL,
    revision INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE disclosure_reports (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    state_at INTEGER NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    affected TEXT NOT NULL,
    version TEXT NOT NULL,
    reporter TEXT NOT NULL,
    contact TEXT NOT NULL,
    credit_name TEXT NOT NULL,
    product TEXT,
    assignee TEXT,
    duplicate_of TEXT,
    is_embargoed INTEGER NOT NULL,
    acknowledge_by INTEGER NOT NULL,
    assess_by INTEGER NOT NULL,
    told TEXT CHECK (told IN ('acknowledgement', 'assessment')),
    revision INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX disclosure_reports_by_time ON disclosure_reports (received_at)',
  'CREATE INDEX disclosure_reports_by_state ON disclosure_reports (state, number)',
  // Without a reference to the report: rows of both go together, in one transaction.
  `CREATE TABLE disclosure_entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    report TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('state', 'reporter', 'answer', 'note')),
    said_by TEXT,
    content TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX disclosure_entries_by_report ON disclosure_entries (report, number)',
  // SQLite takes the index with more equals: by the one of time, thanks are looked for among all entries.
  'CREATE INDEX disclosure_entries_by_kind ON disclosure_entries (report, kind)',
  'CREATE INDEX disclosure_entries_by_time ON disclosure_entries (kind, at)',
]

export const disclosure: Migration = {
  up: (database) => run(database, tables),
}
