/** Accounts with what they were granted, sessions, API tokens, and answers kept for repeated requests. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  `CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'service')),
    login TEXT UNIQUE,
    name TEXT NOT NULL,
    owner TEXT REFERENCES accounts(id),
    break_glass INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    revision INTEGER NOT NULL,
    CHECK ((kind = 'person') = (login IS NOT NULL)),
    CHECK ((kind = 'service') = (owner IS NOT NULL))
  ) STRICT`,
  'CREATE INDEX accounts_by_owner ON accounts (owner)',
  // A product, or '*' for all of them, so no reference.
  `CREATE TABLE account_grants (
    account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    product TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (account, role, product)
  ) STRICT`,
  'CREATE INDEX account_grants_by_product ON account_grants (product, role)',
  `CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    factors TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    address TEXT,
    user_agent TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX sessions_by_account ON sessions (account, opened_at)',
  'CREATE INDEX sessions_by_age ON sessions (opened_at)',
  `CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    parent TEXT REFERENCES api_tokens(id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    product TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER
  ) STRICT`,
  'CREATE INDEX api_tokens_by_account ON api_tokens (account, id)',
  'CREATE INDEX api_tokens_by_parent ON api_tokens (parent)',
  `CREATE TABLE kept_answers (
    actor TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('underWay', 'kept', 'secret', 'unknown')),
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (actor, idempotency_key)
  ) STRICT`,
  'CREATE INDEX kept_answers_by_age ON kept_answers (kept_at)',
]

export const accounts: Migration = { up: (database) => run(database, tables) }
