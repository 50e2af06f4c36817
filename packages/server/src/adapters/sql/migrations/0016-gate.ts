/**
 * The gate holds back publishing. Products that are there already go on as they did, and say so; of a product without
 * a policy the first one holds, which holds back (gate/policy.ts).
 */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const AS_BEFORE = JSON.stringify({
  ...{ mode: 'advisory', reason: 'It was here before its gate could hold back publishing.' },
  ...{ threshold: 'medium', evidence: [], riskAssessment: false, revision: 1 },
})

const statements = [
  'ALTER TABLE products ADD COLUMN gate TEXT',
  `UPDATE products SET gate = '${AS_BEFORE}'`,
  `CREATE TABLE gate_waivers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    product TEXT NOT NULL REFERENCES products (id),
    version TEXT NOT NULL,
    code TEXT NOT NULL,
    finding TEXT,
    about TEXT,
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    author_name TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    ended_at INTEGER,
    ended_by TEXT
  ) STRICT`,
  'CREATE INDEX gate_waivers_by_release ON gate_waivers (product, version)',
  // The bytes are where artifacts are, under their digest. `counts`: JSON.
  `CREATE TABLE evidence (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    product TEXT NOT NULL REFERENCES products (id),
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    length INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed')),
    counts TEXT NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    author_name TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX evidence_by_subject ON evidence (product, subject)',
]

export const gate: Migration = {
  up: (database) => run(database, statements),
}
