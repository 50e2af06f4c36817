/** Advisories as people write them, and every document that was published: its bytes, rendered once, with its signature. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  // `content` and `hold`: JSON.
  `CREATE TABLE advisories (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    year INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    product TEXT NOT NULL REFERENCES products (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'scheduled', 'held', 'published', 'withdrawn')),
    state_at INTEGER NOT NULL,
    finding TEXT,
    content TEXT NOT NULL,
    hold TEXT,
    hold_until INTEGER,
    version INTEGER NOT NULL,
    published_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    revision INTEGER NOT NULL,
    UNIQUE (year, serial)
  ) STRICT`,
  'CREATE INDEX advisories_by_state ON advisories (state, hold_until)',
  // Which reports from outside it is about.
  `CREATE TABLE advisory_reports (
    advisory TEXT NOT NULL REFERENCES advisories (id) ON DELETE CASCADE,
    report TEXT NOT NULL,
    PRIMARY KEY (advisory, report)
  ) STRICT`,
  // `document`: the bytes, which are UTF-8. `content`: JSON, of advisories what they were made of.
  `CREATE TABLE csaf_documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tracking_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_current INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('advisory', 'vex')),
    product TEXT NOT NULL REFERENCES products (id),
    at INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    file TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    change TEXT NOT NULL,
    withdrawn_because TEXT,
    content TEXT,
    document TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    sha512 TEXT NOT NULL,
    signature TEXT NOT NULL,
    signed_by TEXT NOT NULL,
    published_by TEXT NOT NULL,
    UNIQUE (tracking_id, version)
  ) STRICT`,
  'CREATE INDEX csaf_documents_current ON csaf_documents (is_current, product, kind)',
  'CREATE INDEX csaf_documents_by_file ON csaf_documents (file, is_current)',
]

export const advisories: Migration = {
  up: (database) => run(database, tables),
}
