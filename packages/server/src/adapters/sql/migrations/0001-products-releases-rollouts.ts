/** Products with their metadata and releases, rollouts, the manifests signed for them, access. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  'CREATE TABLE products (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  // Everything ever published stays: withdrawn and superseded releases are evidence for years.
  `CREATE TABLE metadata (
    product TEXT NOT NULL REFERENCES products(id),
    role TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    bytes BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (product, role, version)
  ) STRICT`,
  `CREATE TABLE staged_metadata (
    product TEXT NOT NULL REFERENCES products(id),
    role TEXT NOT NULL,
    version INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    uploaded_at INTEGER NOT NULL,
    PRIMARY KEY (product, role)
  ) STRICT`,
  `CREATE TABLE target_files (
    product TEXT NOT NULL REFERENCES products(id),
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    length INTEGER NOT NULL,
    kind TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (product, path, sha256)
  ) STRICT`,
  'CREATE INDEX target_files_by_digest ON target_files (product, sha256)',
  `CREATE TABLE releases (
    product TEXT NOT NULL REFERENCES products(id),
    version TEXT NOT NULL,
    role TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    target TEXT NOT NULL,
    listed INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    PRIMARY KEY (product, version)
  ) STRICT`,
  `CREATE TABLE rollouts (
    product TEXT NOT NULL,
    id TEXT NOT NULL,
    release_version TEXT NOT NULL,
    cohort TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'withdrawn')),
    attempt INTEGER NOT NULL,
    up_to INTEGER NOT NULL CHECK (up_to BETWEEN 0 AND 10000),
    salt TEXT NOT NULL,
    policy TEXT NOT NULL,
    notice TEXT NOT NULL,
    revision INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (product, id),
    FOREIGN KEY (product, release_version) REFERENCES releases(product, version)
  ) STRICT`,
  'CREATE INDEX rollouts_by_cohort ON rollouts (product, cohort)',
  `CREATE TABLE manifests (
    audience TEXT PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products(id),
    topic TEXT NOT NULL,
    seq INTEGER NOT NULL,
    token TEXT NOT NULL,
    offers TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    published_seq INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  // The door for accounts: today one token, the administrator's.
  `CREATE TABLE access_tokens (
    name TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
  ) STRICT`,
]

export const productsReleasesRollouts: Migration = {
  up: (database) => run(database, tables),
}
