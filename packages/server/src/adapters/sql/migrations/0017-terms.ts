/** Deadlines of rollouts, entitlements, cases that findings suggest, and notices to users of a case. */
import type { Migration } from 'kysely/migration'
import { run } from './statements.ts'

const tables = [
  // `policy`: JSON, DeadlinePolicy.
  `CREATE TABLE deadline_policies (
    product TEXT PRIMARY KEY NOT NULL REFERENCES products (id),
    policy TEXT NOT NULL
  ) STRICT`,
  // JSON, RolloutTerms; null for one of before there were any.
  'ALTER TABLE rollouts ADD COLUMN terms TEXT',
  // The name of what a device needs to be offered it; null: nothing. Of releases of functionality alone.
  'ALTER TABLE releases ADD COLUMN entitlement TEXT',
  // `until`: seconds since 1970; null: without an end.
  `CREATE TABLE device_entitlements (
    product TEXT NOT NULL REFERENCES products (id),
    device TEXT NOT NULL,
    name TEXT NOT NULL,
    until INTEGER,
    PRIMARY KEY (device, name)
  ) STRICT`,
  'CREATE INDEX device_entitlements_by_name ON device_entitlements (product, name, device)',
  // What a suggestion is about where there is one of each: a vulnerability.
  'ALTER TABLE case_suggestions ADD COLUMN about TEXT',
  `CREATE UNIQUE INDEX case_suggestions_by_about ON case_suggestions (product, sign, about)
    WHERE about IS NOT NULL`,
  // For whoever delivers them, in order. "versions": JSON, those that were affected then.
  `CREATE TABLE case_notices (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES cases (id),
    position INTEGER NOT NULL,
    product TEXT NOT NULL REFERENCES products (id),
    at INTEGER NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('impacted', 'product', 'all')),
    versions TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT`,
]

export const terms: Migration = {
  up: (database) => run(database, tables),
}
