/** The audit log with its keys, events, webhooks, the break-glass account, and how far others have been told. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const statements = [
  // `line` is what is hashed and exported; the other columns are what it is found by.
  `CREATE TABLE audit_entries (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    person TEXT,
    action TEXT NOT NULL,
    product TEXT,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    hash TEXT NOT NULL,
    line TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX audit_entries_by_time ON audit_entries (at, seq)',
  'CREATE INDEX audit_entries_by_product ON audit_entries (product, seq)',
  'CREATE INDEX audit_entries_by_actor ON audit_entries (actor, seq)',
  'CREATE INDEX audit_entries_by_action ON audit_entries (action, seq)',
  'CREATE INDEX audit_entries_by_subject ON audit_entries (subject, seq)',
  // Beside the entries, so that a table that was cut off shows.
  `CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT`,
  "INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '')",
  `CREATE TABLE audit_checkpoints (
    seq INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    token TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE audit_keys (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kid TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`,
  // Positions are given to committed events: what was added first can become visible later.
  `CREATE TABLE events (
    added INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    position INTEGER UNIQUE,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    product TEXT,
    data TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX events_by_time ON events (at)',
  'CREATE INDEX events_without_position ON events (added) WHERE position IS NULL',
  `CREATE TABLE event_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL
  ) STRICT`,
  'INSERT INTO event_head (id, position) VALUES (1, 0)',
  // How far somebody outside has been told: the log server.
  'CREATE TABLE told_positions (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT',
  `CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    product TEXT,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    types TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until INTEGER,
    state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'failed')),
    position INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    failing_since INTEGER,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX webhooks_by_product ON webhooks (product, id)',
  `CREATE TABLE webhook_deliveries (
    webhook TEXT NOT NULL REFERENCES webhooks(id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('delivered', 'failing', 'asked')),
    attempts INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    PRIMARY KEY (webhook, event)
  ) STRICT`,
  'CREATE INDEX webhook_deliveries_by_position ON webhook_deliveries (webhook, position)',
  'CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (last_at)',
  "CREATE INDEX webhook_deliveries_asked ON webhook_deliveries (webhook) WHERE state = 'asked'",
  `CREATE TABLE break_glass (
    id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    used_from TEXT,
    acknowledged_at INTEGER,
    acknowledged_by TEXT
  ) STRICT`,
]

export const auditAndEvents: Migration = {
  up: (database) => run(database, statements),
}
