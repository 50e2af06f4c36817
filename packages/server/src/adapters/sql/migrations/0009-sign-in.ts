/** Ways in, what is under way, who signed in from where, and who tried. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const OF_ACCOUNT = 'account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE'

const statements = [
  // Without an account: the first administrator's.
  `CREATE TABLE one_time_links (
    id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    account TEXT REFERENCES accounts(id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    ${OF_ACCOUNT},
    name TEXT NOT NULL,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    transports TEXT NOT NULL,
    backed_up INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
  ) STRICT`,
  'CREATE INDEX passkeys_by_account ON passkeys (account, created_at)',
  // One row is the whole way: no password without an authenticator app.
  `CREATE TABLE passwords (
    account TEXT PRIMARY KEY REFERENCES accounts(id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    sealed_seed TEXT NOT NULL,
    last_step INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE recovery_codes (
    ${OF_ACCOUNT},
    sha256 TEXT NOT NULL,
    PRIMARY KEY (account, sha256)
  ) STRICT`,
  `CREATE TABLE company_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    ${OF_ACCOUNT},
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
  ) STRICT`,
  'CREATE INDEX company_identities_by_account ON company_identities (account)',
  `CREATE TABLE challenges (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    browser TEXT NOT NULL,
    session TEXT,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX challenges_by_end ON challenges (expires_at)',
  `CREATE TABLE sign_in_tries (
    side TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX sign_in_tries_by_age ON sign_in_tries (last_at)',
  `CREATE TABLE sign_ins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ${OF_ACCOUNT},
    at INTEGER NOT NULL,
    way TEXT NOT NULL,
    provider TEXT NOT NULL,
    browser TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX sign_ins_by_account ON sign_ins (account, at)',
  'CREATE INDEX sign_ins_by_browser ON sign_ins (browser, at)',
  'CREATE INDEX sign_ins_by_age ON sign_ins (at)',
  `CREATE TABLE account_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ${OF_ACCOUNT},
    at INTEGER NOT NULL,
    session TEXT NOT NULL,
    what TEXT NOT NULL,
    facts TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX account_notes_by_account ON account_notes (account, id)',
]

export const signIn: Migration = { up: (database) => run(database, statements) }
